import { resolve } from 'node:path'
import type { Command } from 'commander'
import { fromEnvironment } from '../instance-place.js'

/** `skein verify`, and `skein ops verify`: is the log as it was written, and do the tables hold what follows from it? */
export const addVerifyCommand = (program: Command): void => {
  program
    .command('verify')
    .description('check the log, rebuild views and index from it beside the live ones, and compare them by hash')
    .option('--data <folder>', 'data folder of the instance on this machine', process.env['SKEIN_DATA'] ?? 'data')
    .option('--log-only', 'check the log alone: sequences, checksums, the chain, causes')
    .option('--json', 'one JSON object instead of a table')
    .action(async (flags: { data: string; logOnly?: true; json?: true }) => {
      const { verify } = await import('./verify.js')
      process.exitCode = await verify({
        dataDir: resolve(flags.data),
        ...fromEnvironment(),
        logOnly: flags.logOnly ?? false,
        json: flags.json ?? false,
      })
    })
}
