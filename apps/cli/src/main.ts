import { Command } from 'commander'
import { addClientCommands } from './client/client-commands.js'
import { addDescribeCommands } from './describe/describe-commands.js'
import { addDirectoryCommands } from './directory/directory-commands.js'
import { addImportCommand } from './import/import-command.js'
import { addHistoryCommand } from './ops/history-command.js'
import { addOpsCommands } from './ops/ops-command.js'
import { heedReaders } from './readers.js'
import { addSeedCommand } from './seed/seed-command.js'
import { addSendCommands } from './send/send-command.js'
import { addThreadCommands } from './thread/thread-commands.js'
import { addUpCommand } from './up/up-command.js'
import { addVerifyCommand } from './verify/verify-command.js'
import { addWebhookCommands } from './webhooks/webhook-commands.js'

const program = new Command('skein')
  .description('Turns raw mail into conversations.')
  .showHelpAfterError('(skein --help lists the commands)')

addUpCommand(program)
addImportCommand(program)
addThreadCommands(program)
addClientCommands(program)
addHistoryCommand(program)
addSendCommands(program)
addVerifyCommand(program)
addSeedCommand(program)
addDirectoryCommands(program)
addWebhookCommands(program)
addOpsCommands(program)
addDescribeCommands(program)

/** An error in words, with what is behind it; the stack is for those who ask for it. */
const inWords = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  if (process.env['SKEIN_DEBUG'] === '1') return error.stack ?? error.message
  const behind = error.cause === undefined ? '' : ` (${inWords(error.cause)})`
  return `${error.message}${behind}`
}

heedReaders()

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof Error && 'code' in error && error.code === 'EPIPE') process.exit(0)
  process.exitCode = 1
  process.stderr.write(`skein: ${inWords(error)}\n`)
}
