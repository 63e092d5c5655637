import { resolve } from 'node:path'
import type { Command } from 'commander'
import { fromEnvironment } from '../instance-place.js'

/** `skein verify`: does what the tables hold follow from the log? */
export const addVerifyCommand = (program: Command): void => {
  program
    .command('verify')
    .description('rebuild views and index from the log beside the live ones, and compare them by hash')
    .option('--data <folder>', 'data folder of the instance on this machine', process.env['SKEIN_DATA'] ?? 'data')
    .option('--json', 'one JSON object instead of a table')
    .action(async (flags: { data: string; json?: true }) => {
      const { verify } = await import('./verify.js')
      process.exitCode = await verify({
        dataDir: resolve(flags.data),
        ...fromEnvironment(),
        json: flags.json ?? false,
      })
    })
}
