import { join, resolve } from 'node:path'
import { InvalidArgumentError, type Command } from 'commander'
import { CannotImport } from './cannot-import.js'

interface ImportFlags {
  inbox: string
  url?: string
  key?: string
  data: string
  concurrency: number
  state?: string
  restart?: true
  json?: true
}

const concurrencyOf = (text: string): number => {
  const number = Number(text)
  if (Number.isInteger(number) && number >= 1 && number <= 1_000) return number
  throw new InvalidArgumentError('It takes a whole number from 1 to 1000.')
}

/** `skein import`: old mail into an inbox, from files. */
export const addImportCommand = (program: Command): void => {
  program
    .command('import')
    .description('send the mail of mbox files, Maildirs and .eml files to an inbox')
    .argument('<path...>', 'mbox files, Maildirs, folders, .eml files')
    .requiredOption('--inbox <id or address>', 'the inbox that the mail is for')
    .option(
      '--url <url>',
      'address of the HTTP API; without it the instance of the data folder',
      process.env['SKEIN_URL'],
    )
    .option(
      '--key <key>',
      'API key that may write; without it the key of the data folder',
      process.env['SKEIN_API_KEY'],
    )
    .option('--data <folder>', 'data folder of the instance on this machine', process.env['SKEIN_DATA'] ?? 'data')
    .option('--concurrency <number>', 'mails on their way at one time', concurrencyOf, 64)
    .option('--state <file>', 'where it is noted how far the import got; without it in the data folder')
    .option('--restart', 'send everything, whatever an earlier run has sent')
    .option('--json', 'one JSON object instead of words')
    .action(async (paths: string[], flags: ImportFlags, command: Command) => {
      const dataDir = resolve(flags.data)
      const { runImport } = await import('./run-import.js')
      try {
        process.exitCode = await runImport({
          paths,
          inbox: flags.inbox,
          url: flags.url,
          key: flags.key,
          dataDir,
          concurrency: flags.concurrency,
          stateFile: flags.state === undefined ? join(dataDir, 'imports.json') : resolve(flags.state),
          restart: flags.restart ?? false,
          json: flags.json ?? false,
        })
      } catch (error) {
        if (!(error instanceof CannotImport)) throw error
        command.error(`skein import: ${error.message}`)
      }
    })
}
