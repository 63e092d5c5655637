import { Command } from 'commander'
import { addImportCommand } from './import/import-command.js'
import { addThreadCommands } from './thread/thread-commands.js'
import { addUpCommand } from './up/up-command.js'
import { addVerifyCommand } from './verify/verify-command.js'

const program = new Command('skein')
  .description('Turns raw mail into conversations.')
  .showHelpAfterError('(skein --help lists the commands)')

addUpCommand(program)
addImportCommand(program)
addThreadCommands(program)
addVerifyCommand(program)

await program.parseAsync()
