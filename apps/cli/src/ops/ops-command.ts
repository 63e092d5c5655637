import { resolve } from 'node:path'
import type { Command } from 'commander'
import { fromEnvironment } from '../instance-place.js'
import { addRebuildCommand } from '../rebuild/rebuild-command.js'
import { addVerifyCommand } from '../verify/verify-command.js'
import type { ParkedOptions } from './parked.js'
import { addLookingCommands } from './status-commands.js'

interface Flags {
  data: string
  json?: true
}

interface RethreadFlags extends Flags {
  rules?: string
  policy: Record<string, string>
  space?: string
  since?: string
  dryRun?: true
  apply?: true
  undo?: string
  examples: string
}

const policyIn = (text: string, before: Record<string, string>): Record<string, string> => {
  const at = text.indexOf('=')
  if (at < 1) throw new Error(`--policy: ${text} is not of the form name=value`)
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) }
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
  addVerifyCommand(ops)
  addRebuildCommand(ops)
  addLookingCommands(ops)
  withData(
    ops
      .command('rethread')
      .description('other rules for the mail that is stored: see the difference, apply it, take it back'),
  )
    .option('--rules <name>', 'the rules: skein, references, jmap or openmail')
    .option('--policy <name=value>', 'a policy of the rules; may be given several times', policyIn, {})
    .option('--space <id>', 'only this space')
    .option('--since <time>', 'leave what came before this time (ISO 8601) as it was decided')
    .option('--dry-run', 'only show what would change; this is what happens without --apply as well')
    .option('--apply', 'append the differences as events, and thread new mail by these rules')
    .option('--undo <application>', 'take an application back, named as --apply named it')
    .option('--examples <n>', 'how many examples to show', '10')
    .action(async (flags: RethreadFlags) => {
      if (flags.dryRun && (flags.apply || flags.undo !== undefined))
        throw new Error('--dry-run changes nothing: leave it, or --apply and --undo, out')
      const { rethread } = await import('./rethread.js')
      process.exitCode = await rethread({
        ...optionsOf(flags),
        rules: flags.rules,
        policies: flags.policy,
        space: flags.space,
        since: flags.since,
        apply: flags.apply ?? false,
        undo: flags.undo,
        examples: Number(flags.examples),
      })
    })
  withData(
    ops
      .command('backup')
      .description('copy the log and the directory to a folder or a bucket; only what is new since the last time'),
  )
    .requiredOption('--to <place>', 'a folder, or s3://bucket/prefix')
    .action(async (flags: Flags & { to: string }) => {
      const { backup } = await import('../backup/backup.js')
      await backup({ ...optionsOf(flags), to: flags.to })
    })
  withData(
    ops
      .command('restore')
      .description('fill an empty instance from a backup; views are made from it at the next start'),
  )
    .requiredOption('--from <place>', 'a folder, or s3://bucket/prefix')
    .option('--check', 'only read the backup, and say whether it is whole')
    .action(async (flags: Flags & { from: string; check?: true }) => {
      const { restore } = await import('../backup/restore.js')
      await restore({ ...optionsOf(flags), from: flags.from, check: flags.check ?? false })
    })
  withData(
    ops
      .command('erase')
      .description('take the content of mail out of log, views and index for good; ids and threads stay'),
  )
    .option('--message <id>', 'one message')
    .option('--address <address>', 'every mail that this address wrote or got')
    .option('--space <id>', 'every mail of a space')
    .action(async (flags: Flags & { message?: string; address?: string; space?: string }) => {
      const { erase } = await import('./erase.js')
      const { message, address, space } = flags
      process.exitCode = await erase({ ...optionsOf(flags), message, address, space })
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
