import { Inject } from '@nestjs/common'
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs'
import { messageId, threadId } from '@skein/events'
import { badRequest, mayUseSpace, notFound, type CallerOf } from '@skein/http'
import { z } from 'zod'
import { PARTS, type QueryParts } from './parts.js'
import type { Recorded } from './answers/recorded.js'
import { sendCommand } from './send-command.js'

const MOST_AT_ONCE = 1_000

/** What a person may correct, with the body of each call. All of it can be taken back by another one. */
export const corrections = {
  /** These threads and the one of the path are one conversation; the one started first survives. */
  merge: z.strictObject({ with: z.array(threadId).min(1).max(MOST_AT_ONCE) }),
  /** The thread of the path was merged into another: it goes on by itself again. */
  undo: z.strictObject({}),
  /** These messages go on in a thread of their own. */
  split: z.strictObject({ messages: z.array(messageId).min(1).max(MOST_AT_ONCE) }),
  /** The message of the path belongs to another thread. */
  move: z.strictObject({ thread: threadId }),
  /** The message belongs where it was suggested, or claims, to belong. */
  accept: z.strictObject({ thread: threadId }),
  /** It does not belong there, whatever else may say so. */
  refuse: z.strictObject({ thread: threadId }),
} as const
export type CorrectionName = keyof typeof corrections
type Body<N extends CorrectionName> = z.infer<(typeof corrections)[N]>

type Asked = { [N in CorrectionName]: { name: N; body: Body<N> } }[CorrectionName]

/** A correction of the thread (`merge`, `undo`, `split`) or message (`move`, `accept`, `refuse`) with this id. */
export class Correct extends Command<Recorded> {
  constructor(
    readonly caller: CallerOf,
    readonly id: string,
    readonly asked: Asked,
  ) {
    super()
  }
}

/** The threader's command for a correction: its name and what it carries. */
const commandOf = (id: string, { name, body }: Asked): [name: string, payload: object] => {
  switch (name) {
    case 'merge':
      return ['MergeThreads', { threads: [id, ...body.with] }]
    case 'undo':
      return ['UndoMerge', { thread: id }]
    case 'split':
      return ['SplitThread', { messages: body.messages }]
    case 'move':
      return ['MoveMessages', { messages: [id], to: body.thread }]
    case 'accept':
      return ['AcceptJoin', { message: id, into: body.thread }]
    case 'refuse':
      return ['RefuseJoin', { message: id, candidate: body.thread }]
  }
}

/** Threads that a correction names beside its own, and the field that names them. */
const threadsNamed = ({ name, body }: Asked): { field: string; threads: readonly string[] } => {
  if (name === 'merge') return { field: 'with', threads: body.with }
  if (name === 'move' || name === 'accept' || name === 'refuse') return { field: 'thread', threads: [body.thread] }
  return { field: 'messages', threads: [] }
}

const ofMessage = new Set<CorrectionName>(['move', 'accept', 'refuse'])

export const correct = async ({ caller, id, asked }: Correct, parts: QueryParts): Promise<Recorded> => {
  const { access } = parts
  const isOfMessage = ofMessage.has(asked.name)
  const message = isOfMessage ? await access.message(caller, id) : null
  const own = await access.thread(caller, isOfMessage ? (message?.thread ?? id) : id)
  if (own === null || (isOfMessage && message === null)) throw notFound(isOfMessage ? 'message' : 'thread', id)
  const { field, threads } = threadsNamed(asked)
  for (const other of threads) {
    const thread = await access.thread(caller, other)
    if (thread === null) throw notFound('thread', other)
    if (thread.space === own.space) continue
    const fix = 'Name threads of one space: nothing crosses from one to another.'
    throw badRequest(`${field}: ${other} is in another space.`, { field, fix })
  }
  if (asked.name === 'split' && !mayUseSpace(caller, own.space))
    for (const one of asked.body.messages) if (!(await access.message(caller, one))) throw notFound('message', one)
  const [name, payload] = commandOf(id, asked)
  return sendCommand(parts, name, { caller, space: own.space, partition: own.partition }, payload)
}

@CommandHandler(Correct)
export class CorrectHandler implements ICommandHandler<Correct> {
  constructor(@Inject(PARTS) private readonly parts: QueryParts) {}

  execute(command: Correct): Promise<Recorded> {
    return correct(command, this.parts)
  }
}
