import { resolve } from 'node:path'
import type { Command } from 'commander'
import { fromEnvironment } from '../instance-place.js'

interface Flags {
  data: string
  view: string
  space?: string
  accept?: true
  rollback?: true
  json?: true
}

/** `skein ops rebuild`: tables made anew from the log beside the live ones, compared, and put in their place. */
export const addRebuildCommand = (ops: Command): void => {
  ops
    .command('rebuild')
    .description('make views and index anew from the log beside the live ones, compare, and put them in their place')
    .option('--data <folder>', 'data folder of the instance on this machine', process.env['SKEIN_DATA'] ?? 'data')
    .option('--view <name>', 'views (what the API reads), index (what the threader decides by) or all', 'all')
    .option('--space <id>', 'only the rows of one space')
    .option('--accept', 'put them in place although they differ: after damage, or for changed views')
    .option('--rollback', 'put the tables before the last swap in place again')
    .option('--json', 'JSON instead of words')
    .action(async (flags: Flags) => {
      const { rebuild } = await import('./rebuild.js')
      process.exitCode = await rebuild({
        dataDir: resolve(flags.data),
        ...fromEnvironment(),
        view: flags.view,
        space: flags.space,
        accept: flags.accept ?? false,
        rollback: flags.rollback ?? false,
        json: flags.json ?? false,
      })
    })
}
