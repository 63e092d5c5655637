import type { Command } from 'commander'

/** `skein seed`: the first account, space, inboxes and key of an instance that runs as services. */
export const addSeedCommand = (program: Command): void => {
  program
    .command('seed')
    .description('give an empty instance its first account, space, inboxes and API key (NATS_URL says where it is)')
    .option(
      '--key <key>',
      'the API key to be known, sk_ and at least 8 letters or digits; without it one is made and shown once',
    )
    .action(async ({ key }: { key?: string }) => {
      const { seed } = await import('./seed.js')
      await seed(key)
    })
}
