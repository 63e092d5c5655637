import { Inject } from '@nestjs/common'
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs'
import type { ThreadId } from '@skein/events'
import { notFound, Problem, type CallerOf } from '@skein/http'
import { displaySubject, type MailFacts } from '@skein/mail'
import { diagnose } from '@skein/threading'
import type { MessageDetail } from '@skein/views'
import type { DiagnosisJson } from './answers/reasons.js'
import { PARTS, type QueryParts } from './parts.js'
import { factsOf, messagesById, messagesOf } from './recorded-facts.js'

/** What keeps a message in its thread, and what of it is broken. */
export class DiagnoseMessage extends Query<DiagnosisJson> {
  constructor(
    readonly caller: CallerOf,
    readonly id: string,
  ) {
    super()
  }
}

/** Mails of its own thread that are looked at, and of each other thread; how many of these. */
const OWN_THREAD = 200
const OTHER_THREAD = 50
const OTHER_THREADS = 10

const text = (value: unknown): string[] => (typeof value === 'string' ? [value] : [])

/** Threads that the message might have been meant to join: those that its decision names, and those of its subject. */
const likelyThreads = async (message: MessageDetail, { account }: CallerOf, parts: QueryParts): Promise<ThreadId[]> => {
  const notes = await parts.views.notes(message)
  const noted = notes.flatMap(({ data }) => [...text(data['candidate']), ...text(data['claims'])])
  const named = [...message.rivals.map(({ thread }) => thread), ...noted].slice(0, OTHER_THREADS)
  const resolved = await Promise.all(named.map((thread) => parts.views.thread(account, thread)))
  const search = displaySubject(message.subject)
  const alike =
    search === '' ? [] : (await parts.views.listThreads({ account, search }, { limit: OTHER_THREADS })).threads
  const threads = [...resolved, ...alike].filter((thread) => thread?.space === message.space)
  const ids = new Set(threads.flatMap((thread) => thread?.id ?? []))
  ids.delete(message.thread)
  return [...ids].slice(0, OTHER_THREADS)
}

/** Mails that the decision names: the one that it answers, and others with its Message-ID. */
const namedMessages = async (message: MessageDetail, parts: QueryParts): Promise<string[]> => {
  const notes = await parts.views.notes(message)
  const collided = notes.filter(({ type }) => type === 'MessageIdCollided')
  return [...text(message.parent), ...collided.flatMap(({ data }) => [...text(data['with']), ...text(data['message'])])]
}

const compared = async (message: MessageDetail, caller: CallerOf, parts: QueryParts): Promise<MessageDetail[]> => {
  const others = await likelyThreads(message, caller, parts)
  const pages = await Promise.all([
    messagesById(caller.account, await namedMessages(message, parts), parts),
    messagesOf(message.thread, OWN_THREAD, parts),
    ...others.map((thread) => messagesOf(thread, OTHER_THREAD, parts)),
  ])
  const seen = parts.access.messages(caller, pages.flat())
  return [...new Map(seen.map((one) => [one.id, one])).values()].filter(({ id }) => id !== message.id)
}

const bracketed = (id: string | null): string | null => (id === null ? null : `<${id}>`)

const checksOf = (facts: MailFacts, known: readonly MailFacts[]): DiagnosisJson['checks'] =>
  diagnose(facts, known).map(({ mend, meant, ...finding }) => ({
    ...finding,
    mend: mend === '' ? null : mend,
    meant: bracketed(meant),
  }))

/** @throws Problem 404, and 410 where the mail was erased */
export const diagnoseMessage = async ({ caller, id }: DiagnoseMessage, parts: QueryParts): Promise<DiagnosisJson> => {
  const message = await parts.access.message(caller, id)
  if (message === null) throw notFound('message', id)
  const others = await compared(message, caller, parts)
  const facts = await factsOf([message, ...others], parts)
  const own = facts.get(message.id)
  if (!own || message.erased)
    throw new Problem(410, 'mail-gone', 'The mail is gone', `The log has the mail of ${message.id} no more.`)
  facts.delete(message.id)
  return {
    message_id: message.id,
    thread_id: message.thread,
    compared_with: facts.size,
    checks: checksOf(own, [...facts.values()]),
  }
}

@QueryHandler(DiagnoseMessage)
export class DiagnoseMessageHandler implements IQueryHandler<DiagnoseMessage> {
  constructor(@Inject(PARTS) private readonly parts: QueryParts) {}

  execute(query: DiagnoseMessage): Promise<DiagnosisJson> {
    return diagnoseMessage(query, this.parts)
  }
}
