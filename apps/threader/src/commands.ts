import {
  inboxId,
  linkKeys,
  messageId,
  spaceId,
  threadId,
  type Decided,
  type MessageId,
  type ThreadId,
} from '@skein/events'
import {
  acceptJoin,
  eraseMessage,
  mergeThreads,
  moveMessages,
  refuseJoin,
  regroup,
  splitThread,
  undoMerge,
  type Correction,
  type LinkIndex,
} from '@skein/threading'
import { z } from 'zod'

const MOST_AT_ONCE = 1_000

/** What every command says: its own id, the same when it is sent again; whose mail it is about; who gives it. */
const head = { id: z.string().regex(/^[\w-]{1,64}$/), space: spaceId, actor: z.string().min(1).max(200) }
const thread = threadId
const messages = z.array(messageId).min(1).max(MOST_AT_ONCE)
const inboxes = z.array(inboxId).min(1)

/** `upTo`: what the caller was shown; mail that came later stays unread. */
const markThreadRead = z.object({ ...head, thread, inboxes, isRead: z.boolean(), upTo: z.int().nonnegative() })

/** An input that was parked is decided after all; `sequence` is its place in `MAIL-<p>`. */
export const retryInput = z.object({ sequence: z.int().positive() })

const message = messageId
const reason = z.string().max(1_000)
/** Whoever the API key says that it is. */
const by = z.string().min(1).max(200)
const label = z
  .string()
  .trim()
  .regex(/^\P{C}{1,100}$/u, 'is not a label: 1 to 100 characters, none of them a control')
const labels = z.array(label).max(100)

/** The sender asks to begin an attempt, 1 for the first; a person calls a mail back, has it sent again, or says what became of it. */
const sendSchemas = {
  BeginSend: z.object({ ...head, message, attempt: z.int().positive() }),
  CancelSend: z.object({ ...head, message, reason }),
  RetrySend: z.object({ ...head, message, reason }),
  SettleSend: z.object({ ...head, message, as: z.enum(['sent', 'failed']), reason }),
} as const

/** Who looks after a thread. `until`: when the claim ends by itself. `upTo`: the event up to which nothing is left to do. */
const careSchemas = {
  ClaimThread: z.object({ ...head, thread, by, until: z.iso.datetime() }),
  ReleaseThread: z.object({ ...head, thread, by }),
  HandleThread: z.object({ ...head, thread, by, upTo: z.int().nonnegative() }),
  ReopenThread: z.object({ ...head, thread, by }),
  LabelThread: z.object({ ...head, thread, add: labels, remove: labels }),
} as const

const rulesNamed = { rules: z.string(), policies: z.record(z.string(), z.string()) }
const gathering = z.object({
  home: thread.nullable(),
  messages: z.array(messageId).max(MOST_AT_ONCE),
  absorb: z.array(thread).max(MOST_AT_ONCE),
})

/** A part of the application of other rules to stored mail; see `planRegroup`. */
const regroupSchema = z.object({
  ...head,
  application: z.string().regex(/^[\w-]{1,64}$/),
  rules: z.object({ thread, ...rulesNamed, before: z.object(rulesNamed) }).nullable(),
  rekeyed: z.array(z.object({ message: messageId, keys: linkKeys, baseSubject: z.string() })).max(MOST_AT_ONCE),
  gatherings: z.array(gathering).max(MOST_AT_ONCE),
})

/** The commands to the writer of a partition by name, each with what it carries. */
export const commandSchemas = {
  MarkThreadRead: markThreadRead,
  MergeThreads: z.object({ ...head, threads: z.array(thread).min(2).max(MOST_AT_ONCE) }),
  UndoMerge: z.object({ ...head, thread }),
  SplitThread: z.object({ ...head, messages }),
  MoveMessages: z.object({ ...head, messages, to: thread }),
  AcceptJoin: z.object({ ...head, message: messageId, into: thread }),
  RefuseJoin: z.object({ ...head, message: messageId, candidate: thread }),
  EraseMessage: z.object({ ...head, message: messageId }),
  Regroup: regroupSchema,
  ...sendSchemas,
  ...careSchemas,
} as const
export type CommandName = keyof typeof commandSchemas
export const commandNames = Object.keys(commandSchemas) as CommandName[]
export type CommandOf<N extends CommandName> = { [M in N]: { name: M } & z.infer<(typeof commandSchemas)[M]> }[N]
export type ThreaderCommand = CommandOf<CommandName>

export const isSendCommand = (command: ThreaderCommand): command is CommandOf<keyof typeof sendSchemas> =>
  Object.hasOwn(sendSchemas, command.name)
export const isCareCommand = (command: ThreaderCommand): command is CommandOf<keyof typeof careSchemas> =>
  Object.hasOwn(careSchemas, command.name)
/** What a person decides about threads as a whole, and what is read. */
export type CorrectionCommand = CommandOf<Exclude<CommandName, keyof typeof sendSchemas | keyof typeof careSchemas>>

const marked = ({ thread, inboxes, isRead, upTo }: z.infer<typeof markThreadRead>): Decided =>
  isRead ? { type: 'ThreadRead', thread, data: { inboxes, upTo } } : { type: 'ThreadUnread', thread, data: { inboxes } }

export const noThread = (thread: ThreadId): Correction => ({
  refused: { code: 'no-such-thread', detail: `There is no thread ${thread} in this space.` },
})

/**
 * What a correction makes of what is known; asked again when `index` turns out to lack something.
 * `order`: the place in the order of starts for a thread that the command makes.
 */
export const decideCorrection = (command: CorrectionCommand, index: LinkIndex, order: number): Correction => {
  const foreign = namedBy(command).threads.find((one) => index.messagesOf(index.resolve(one)).length === 0)
  if (foreign !== undefined) return noThread(foreign)
  switch (command.name) {
    case 'MarkThreadRead':
      return { events: [marked(command)] }
    case 'MergeThreads':
      return mergeThreads(command.threads, index)
    case 'UndoMerge':
      return undoMerge(command.thread, index)
    case 'SplitThread':
      return splitThread(command.messages, { command: command.id, order }, index)
    case 'MoveMessages':
      return moveMessages(command.messages, command.to, index)
    case 'AcceptJoin':
      return acceptJoin(command.message, command.into, index)
    case 'RefuseJoin':
      return refuseJoin(command.message, command.candidate, index)
    case 'EraseMessage':
      return eraseMessage(command.message, index)
    case 'Regroup':
      return { events: regroup(command, order, index) }
  }
}

/** What a correction names: it has to be looked up first, and every thread has to be one of the command's own space. */
export const namedBy = (command: CorrectionCommand): { messages: MessageId[]; threads: ThreadId[] } => {
  switch (command.name) {
    case 'MarkThreadRead':
      return { messages: [], threads: [] }
    case 'MergeThreads':
      return { messages: [], threads: command.threads }
    case 'UndoMerge':
      return { messages: [], threads: [command.thread] }
    case 'SplitThread':
      return { messages: command.messages, threads: [] }
    case 'MoveMessages':
      return { messages: command.messages, threads: [command.to] }
    case 'AcceptJoin':
      return { messages: [command.message], threads: [command.into] }
    case 'RefuseJoin':
      return { messages: [command.message], threads: [command.candidate] }
    case 'EraseMessage':
      return { messages: [command.message], threads: [] }
    case 'Regroup':
      return {
        messages: [
          ...command.rekeyed.map(({ message }) => message),
          ...command.gatherings.flatMap((one) => one.messages),
        ],
        threads: [
          ...(command.rules === null ? [] : [command.rules.thread]),
          ...command.gatherings.flatMap(({ home, absorb }) => [...(home === null ? [] : [home]), ...absorb]),
        ],
      }
  }
}

/** Reads a command's payload; or says which field is wrong. */
export const readCommand = (
  name: CommandName,
  payload: unknown,
): { command: ThreaderCommand } | { field: string; detail: string } => {
  const read = commandSchemas[name].safeParse(payload)
  if (read.success) return { command: { name, ...read.data } as ThreaderCommand }
  const [issue] = read.error.issues
  return { field: issue?.path.join('.') ?? '', detail: `${name}: ${issue?.message ?? 'is not valid'}` }
}
