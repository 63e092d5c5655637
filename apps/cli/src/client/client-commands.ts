import { InvalidArgumentError, type Command } from 'commander'
import { withApi } from '../directory/directory-commands.js'
import type { ApiFlags } from '../directory/run-directory.js'
import type { ThreadFlags } from './list-threads.js'
import type { WatchFlags } from './watch.js'

const whole = (text: string): number => {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It takes a whole number.')
}
const collected = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value]

const withLimit = (command: Command): Command =>
  command.option('--limit <number>', 'so many at most, over as many pages as it takes', whole, 20)

const addInbox = (program: Command): void => {
  withLimit(withApi(program.command('inbox').description('the inboxes; or the newest threads of one')))
    .argument('[inbox]', 'id or address')
    .option('--unread', 'only what has unread mail')
    .action(async (inbox: string | undefined, flags: ThreadFlags) => {
      if (inbox === undefined) return (await import('./list-inboxes.js')).listInboxes(flags)
      return (await import('./list-threads.js')).listThreads({ ...flags, inbox })
    })
}

const addThreads = (program: Command): void => {
  withLimit(withApi(program.command('threads').description('threads, newest first')))
    .option('--inbox <inbox>', 'of one inbox, by id or address')
    .option('--unread', 'only what has unread mail')
    .option('--search <text>', 'part of a subject, a name or an address')
    .option('--q <words>', 'full text: words, "a phrase", or, -not')
    .option('--domain <domain>', 'somebody of this domain takes part')
    .option('--address <address>', 'this address takes part')
    .option('--label <label>', 'has this label')
    .action(async (flags: ThreadFlags) => (await import('./list-threads.js')).listThreads(flags))
  withLimit(withApi(program.command('search').description('threads by full text, newest first')))
    .argument('<words...>', 'words, "a phrase", or, -not')
    .option('--inbox <inbox>', 'in one inbox, by id or address')
    .action(async (words: string[], flags: ThreadFlags) =>
      (await import('./list-threads.js')).listThreads({ ...flags, q: words.join(' ') }),
    )
}

const addOneThread = (program: Command): void => {
  withApi(program.command('messages').description('the messages of a thread in reading order, with their text'))
    .argument('<thread>', 'its id')
    .option('--quotes', 'with what they quote')
    .action(async (thread: string, flags: ApiFlags & { quotes?: true }) =>
      (await import('./show-thread.js')).showMessages(thread, flags),
    )
  withApi(program.command('read').description('mark a thread as read, up to what there is of it now'))
    .argument('<thread>', 'its id')
    .option('--up-to <version>', 'up to this version, as `skein thread` showed it', whole)
    .option('--inbox <inbox>', 'for one inbox, by id')
    .option('--undo', 'mark it as unread instead')
    .action(async (thread: string, flags: ApiFlags & { upTo?: number; inbox?: string; undo?: true }) =>
      (await import('./mark-read.js')).markRead(thread, flags),
    )
}

const addWatch = (program: Command): void => {
  withApi(program.command('watch').description('what happens, as it happens, until Ctrl-C'))
    .option('--inbox <inbox>', 'in this inbox; repeat it', collected)
    .option('--thread <thread>', 'in this thread')
    .option('--type <type>', 'of this type, for instance MessageThreaded; repeat it', collected)
    .option('--after <id>', 'go on after the event with this id')
    .option('--from-start', 'from the first event that there is')
    .action(async (flags: WatchFlags) => (await import('./watch.js')).watch(flags))
}

/** What reads mail by the HTTP API: `skein inbox | threads | search | messages | read | watch`. */
export const addClientCommands = (program: Command): void => {
  addInbox(program)
  addThreads(program)
  addOneThread(program)
  addWatch(program)
}
