import type { Confidence, Evidence, Rival, ThreadId } from '@skein/events'
import type { LinkIndex } from './link-index.js'
import type { Link } from './links.js'

/** Which of the threads that a mail is tied to it goes to, and which become one with it. */
export interface Choice {
  survivor: ThreadId
  absorbed: ThreadId[]
  /** What led to each of the joined threads, strongest first. */
  links: Link[]
  rivals: Rival[]
}

/** So much evidence is kept of one decision: the strongest. */
const MOST_EVIDENCE = 8

const orderOf = (thread: ThreadId, index: LinkIndex): number => index.thread(thread)?.order ?? Number.MAX_SAFE_INTEGER

/** By the order in which threads were started; one that is only about to start is the youngest. */
export const oldestFirst =
  (index: LinkIndex) =>
  (a: ThreadId, b: ThreadId): number =>
    orderOf(a, index) - orderOf(b, index) || (a < b ? -1 : 1)

/** The thread that was started first survives. Threads that a person keeps apart do not become one: the stronger link wins. */
export const choose = (links: Link[], index: LinkIndex): Choice | null => {
  const joined: Link[] = []
  const rivals: Rival[] = []
  const apart = new Map<ThreadId, ThreadId>()
  for (const link of links) {
    const other = apart.get(link.thread)
    if (other === undefined) {
      joined.push(link)
      for (const cut of index.cutsOf(link.thread)) if (!apart.has(cut)) apart.set(cut, link.thread)
    } else
      rivals.push({
        thread: link.thread,
        fact: link.key.fact,
        value: link.key.value,
        reason: `kept apart from ${other}`,
      })
  }
  const [survivor, ...absorbed] = joined.map(({ thread }) => thread).sort(oldestFirst(index))
  return survivor === undefined ? null : { survivor, absorbed, links: joined, rivals }
}

export const evidenceOf = (links: Link[]): Evidence[] =>
  links
    .slice(0, MOST_EVIDENCE)
    .map(({ key, message, thread }) => ({ fact: key.fact, value: key.value, message, thread }))

const RULES: Record<string, string> = {
  'reply-token': 'reply-token',
  'original-id': 'original-id',
  'thread-index': 'thread-index',
  'calendar-uid': 'calendar-uid',
  subject: 'group-by-sender',
}

/** The rule behind the strongest link. */
export const ruleOf = ([strongest]: Link[]): string => RULES[strongest?.key.fact ?? ''] ?? 'link'

/** Certain where the id of a received mail says so; high where all that is known is that both name the same thing. */
export const confidenceOf = ([strongest]: Link[]): Confidence =>
  strongest && strongest.message !== null && ruleOf([strongest]) in { link: 1, 'reply-token': 1, 'original-id': 1 }
    ? 'certain'
    : 'high'
