import type { MessageId, ThreadId } from '@skein/events'
import type { MailKind } from '@skein/mail'
import { threadTree } from '@skein/threading'
import type { TreeMessage } from '@skein/threading'
import type { Database } from '../database.js'
import type { SendState } from '../projection/send-state.js'
import { isoTime } from './iso-time.js'

/** Messages at the end of a thread that are looked at. */
const LATEST = 1_000

interface Candidate {
  readonly message: MessageId
  readonly kind: MailKind
  readonly erased: boolean
  readonly state: SendState | null
}

const AUTOMATIC: ReadonlySet<MailKind> = new Set<MailKind>(['bounce', 'receipt', 'auto-reply'])

/**
 * How well a message does as the one that a reply to its thread answers; 0 for the best. Mail of ours that never left was seen by
 * nobody; what a machine wrote is not answered, a bounce least of all; a forward begins a branch of its own.
 */
const unfitness = ({ kind, erased, state }: Candidate, branch: MessageId | null): number =>
  (state === 'cancelled' || state === 'failed' ? 8 : 0) +
  (erased || kind === 'bounce' ? 4 : 0) +
  (AUTOMATIC.has(kind) ? 2 : 0) +
  (branch === null ? 0 : 1)

/**
 * The message that a reply to a thread answers: the last on the main branch that a person wrote and that left; where there is
 * none such, the last of those that come nearest. Of a very long thread only the end is looked at. `null` for an empty thread.
 */
export const lastMessageId = async (database: Database, thread: ThreadId): Promise<MessageId | null> => {
  const rows = await database.run<
    Candidate & Omit<TreeMessage, 'parent'> & { parent_id: string | null; parent_fact: string }
  >(
    `select m.id as message, m.kind, m.erased, o.state, m.message_id as "messageId", m.aliases, m.parent_id, m.parent_fact,
       m.references_ as "references", m.sent_at as "sentAt", m.forward, m.thread_index as "threadIndex"
     from message m left join outgoing o on o.message = m.id where m.thread = $1 order by m.sent_at desc, m.id desc limit ${LATEST}`,
    [thread],
    'end of a thread',
  )
  const { nodes } = threadTree(
    rows.toReversed().map(({ parent_id, parent_fact, ...row }) => ({
      ...row,
      sentAt: isoTime(row.sentAt),
      parent: parent_id === null ? null : { id: parent_id, fact: parent_fact },
    })),
  )
  const branches = new Map(nodes.map(({ message, branch }) => [message, branch]))
  const candidates = rows.map((row) => ({ row, unfit: unfitness(row, branches.get(row.message) ?? null) }))
  const least = Math.min(...candidates.map(({ unfit }) => unfit))
  return latestOf(candidates.filter(({ unfit }) => unfit === least).map(({ row }) => row))?.message ?? null
}

type Dated = Pick<Candidate, 'message'> & { messageId: string; aliases: readonly string[]; parent_id: string | null }

/** The first of `rows`, newest first, that no other one answers: an answer is later than its mail, whatever the clocks say. */
const latestOf = (rows: readonly Dated[]): Dated | undefined => {
  const answers = new Map<string, Dated>()
  for (const row of rows) if (row.parent_id !== null && !answers.has(row.parent_id)) answers.set(row.parent_id, row)
  const passed = new Set<Dated>()
  let [latest] = rows
  while (latest !== undefined && !passed.has(latest)) {
    passed.add(latest)
    const { messageId, aliases }: Dated = latest
    const answer = [messageId, ...aliases].map((id) => answers.get(id)).find((found) => found !== undefined)
    if (answer === undefined || passed.has(answer)) return latest
    latest = answer
  }
  return latest
}
