import type { MessageId, ThreadId } from '@skein/events'
import type { MailKind } from '@skein/mail'
import { threadTree } from '@skein/threading'
import type { TreeMessage } from '@skein/threading'
import type { Database } from '../database.js'
import type { SendState } from '../projection/outgoing.js'
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
  let best: { message: MessageId; unfit: number } | null = null
  for (const row of rows) {
    const unfit = unfitness(row, branches.get(row.message) ?? null)
    if (best === null || unfit < best.unfit) best = { message: row.message, unfit }
  }
  return best?.message ?? null
}
