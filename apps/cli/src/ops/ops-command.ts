import { resolve } from 'node:path'
import type { Command } from 'commander'
import { fromEnvironment } from '../instance-place.js'
import type { ParkedOptions } from './parked.js'

interface Flags {
  data: string
  json?: true
}

const optionsOf = (flags: Flags): ParkedOptions => ({
  dataDir: resolve(flags.data),
  ...fromEnvironment(),
  json: flags.json ?? false,
})

const withData = (command: Command): Command =>
  command
    .option('--data <folder>', 'data folder of the instance on this machine', process.env['SKEIN_DATA'] ?? 'data')
    .option('--json', 'JSON instead of words')

const PLACE = 'MAIL-<partition>:<sequence>, as the list says it'

/** `skein ops parked`: what could not be read or decided, and what to do about it. */
export const addOpsCommands = (program: Command): void => {
  const ops = program.command('ops').description('for those who run an instance')
  withData(ops.command('status').description('streams, writers, and how far views and index are'))
    .option('--watch', 'again every two seconds, until Ctrl-C')
    .action(async (flags: Flags & { watch?: true }) => {
      const { showStatus } = await import('./status.js')
      await showStatus({ ...optionsOf(flags), watch: flags.watch ?? false })
    })
  const parked = ops.command('parked').description('inputs that could not be read or decided, and were put aside')
  withData(parked.command('list').description('all that waits, with the reason')).action(async (flags: Flags) => {
    const { listParked } = await import('./parked.js')
    await listParked(optionsOf(flags))
  })
  withData(parked.command('show').description('one of them, with its input record').argument('<place>', PLACE)).action(
    async (place: string, flags: Flags) => {
      const { showParked } = await import('./parked.js')
      await showParked(optionsOf(flags), place)
    },
  )
  withData(parked.command('retry').description('decide it after all').argument('<place>', PLACE)).action(
    async (place: string, flags: Flags) => {
      const { retryParked } = await import('./parked.js')
      await retryParked(optionsOf(flags), place)
    },
  )
  withData(
    parked
      .command('drop')
      .description('give it up: it stays in the log, and is no longer listed')
      .argument('<place>', PLACE),
  ).action(async (place: string, flags: Flags) => {
    const { dropParked } = await import('./parked.js')
    await dropParked(optionsOf(flags), place)
  })
}
