import { Inject } from '@nestjs/common'
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs'
import { badRequest, type CallerOf } from '@skein/http'
import type { MailFacts } from '@skein/mail'
import { clientNames, clientTitle, simulate, type ClientName } from '@skein/threading'
import type { Simulation } from './answers/reasons.js'
import { PARTS, type QueryParts } from './parts.js'
import { factsOf, messagesOf } from './recorded-facts.js'
import { factsOfDraft, factsOfGiven, MOST_SIMULATED, type SimulateBody } from './simulate-request.js'
import { threadSeen } from './thread-seen.js'

/** How mail clients would group these mails. */
export class SimulateClients extends Query<Simulation> {
  constructor(
    readonly caller: CallerOf,
    readonly body: SimulateBody,
  ) {
    super()
  }
}

type SimulatedMessage = Simulation['clients'][number]['messages'][number]

interface Mail extends Pick<SimulatedMessage, 'source' | 'id'> {
  readonly facts: MailFacts
}

const tooMany = (count: number, field: string): Error =>
  badRequest(`${field}: that makes ${count} mails; a simulation takes at most ${MOST_SIMULATED}.`, {
    field,
    fix: `Send at most ${MOST_SIMULATED} mails in all; of a longer thread send the last ones as messages.`,
  })

/** The mails of a stored thread, in the order in which they came. */
const storedMails = async (caller: CallerOf, id: string, parts: QueryParts): Promise<Mail[]> => {
  const thread = await threadSeen(caller, id, undefined, parts)
  if (thread.messageCount > MOST_SIMULATED) throw tooMany(thread.messageCount, 'thread_id')
  const messages = parts.access.messages(caller, await messagesOf(thread.id, MOST_SIMULATED, parts))
  const facts = await factsOf(messages, parts)
  return messages
    .toSorted((a, b) => a.input.sequence - b.input.sequence)
    .flatMap((message) => {
      const own = facts.get(message.id)
      return own ? [{ source: 'thread', id: message.id, facts: own } as const] : []
    })
}

const grouped = (client: ClientName, mails: readonly Mail[]): Simulation['clients'][number] => {
  const groupings = simulate(
    client,
    mails.map(({ facts }) => facts),
  )
  const messages = groupings.map(({ tiedTo, ...grouping }, i) => {
    const { source, id, facts } = mails[i]!
    const message_id = facts.synthetic ? null : `<${facts.messageId}>`
    return { source, id, message_id, subject: facts.subject, ...grouping, tied_to: tiedTo }
  })
  const conversations = new Set(groupings.map(({ conversation }) => conversation)).size
  return { client, title: clientTitle(client), conversations, messages }
}

/** @throws Problem 400, 404 */
export const simulateClients = async (
  { caller, body }: SimulateClients,
  parts: QueryParts,
  now = new Date(),
): Promise<Simulation> => {
  const { client, thread_id, messages, draft } = body
  const mails: Mail[] = [
    ...(thread_id === undefined ? [] : await storedMails(caller, thread_id, parts)),
    ...factsOfGiven(messages).map((facts) => ({ source: 'messages', id: null, facts }) as const),
    ...(draft === undefined
      ? []
      : [{ source: 'draft', id: null, facts: factsOfDraft(draft, now.toISOString()) } as const]),
  ]
  if (mails.length > MOST_SIMULATED) throw tooMany(mails.length, 'messages')
  return { clients: (client === 'all' ? clientNames : [client]).map((name) => grouped(name, mails)) }
}

@QueryHandler(SimulateClients)
export class SimulateClientsHandler implements IQueryHandler<SimulateClients> {
  constructor(@Inject(PARTS) private readonly parts: QueryParts) {}

  execute(query: SimulateClients): Promise<Simulation> {
    return simulateClients(query, this.parts)
  }
}
