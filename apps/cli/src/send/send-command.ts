import type { Command } from 'commander'
import { withApi } from '../directory/directory-commands.js'
import type { SendFlags } from './run-send.js'

const collected = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value]

const withMail = (command: Command): Command =>
  withApi(command)
    .option('--to <address>', 'who gets it; repeat it', collected)
    .option('--cc <address>', 'who gets a copy; repeat it', collected)
    .option('--bcc <address>', 'who gets a blind copy; repeat it', collected)
    .option('--subject <text>', 'the subject; a reply to a thread keeps its own')
    .option('--text <text>', 'the text; without it and --text-file it is read from stdin')
    .option('--text-file <file>', 'the text, from a file')
    .option('--html-file <file>', 'the text as HTML, from a file')
    .option('--attach <file>', 'a file that goes along; repeat it', collected)
    .option('--at <time>', 'not before this time, ISO 8601')
    .option('--plan', 'show what would be sent, and why; send nothing')

/** `skein send` and `skein reply`: mail by the API of an instance that runs. */
export const addSendCommands = (program: Command): void => {
  withMail(program.command('send').description('write a mail'))
    .requiredOption('--from <inbox>', 'the inbox that writes it, by id or address')
    .action(async (flags: SendFlags & { from: string }) =>
      (await import('./run-send.js')).runSend(`inboxes/${encodeURIComponent(flags.from)}/send`, flags),
    )
  withMail(program.command('reply').description('answer a thread, or one message'))
    .argument('<id>', 'thr_… or msg_…')
    .option('--from <inbox>', 'the inbox that answers, where several have the mail')
    .option('--all', 'to everybody of the message')
    .option('--no-quote', 'without the text that is answered')
    .action(async (id: string, flags: SendFlags & { all?: true }) => {
      const { replyPath, runSend } = await import('./run-send.js')
      await runSend(replyPath(id, flags.all ?? false), flags, { isReply: true })
    })
}
