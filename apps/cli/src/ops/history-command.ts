import type { Command } from 'commander'
import { withApi } from '../directory/directory-commands.js'
import type { ApiFlags } from '../directory/run-directory.js'

/** `skein thread-history`: what was decided about a thread, or the thread as it was. */
export const addHistoryCommand = (program: Command): void => {
  withApi(program.command('thread-history').description('what was decided about a thread, by whom, and why'))
    .argument('<thread>', 'any id that it ever had')
    .option('--as-of <place>', 'the thread as it was instead: <partition>:<sequence>, <sequence>, or a time')
    .action(async (thread: string, flags: ApiFlags & { asOf?: string }) => {
      const { showHistory, showThreadThen } = await import('./history.js')
      await (flags.asOf === undefined ? showHistory(thread, flags) : showThreadThen(thread, flags.asOf, flags))
    })
}
