import type { MessageId } from '@skein/events'
import { indexHex, indexPrefixes } from './conversation-index.js'

/** What a tree is made of: the fields of `MessageThreaded` that it needs. */
export interface TreeMessage {
  message: MessageId
  messageId: string
  aliases: readonly string[]
  parent: { id: string; fact: string } | null
  references: readonly string[]
  /** ISO 8601 UTC. */
  sentAt: string
  forward?: boolean
  threadIndex?: string | null
}

export interface TreeNode {
  /** `null` for a ghost: a mail that others name, but that never came. */
  message: MessageId | null
  id: string
  /** The id of the mail above it, `null` for the root. */
  parentId: string | null
  /** The message above it; `null` where that is a ghost or nothing. */
  parent: MessageId | null
  /** The next message on the way up that did come. */
  nearestKnown: MessageId | null
  /** It answers nobody here: it stands below the root because it is in the same thread. */
  isLoose: boolean
  /** 0 for the root. */
  depth: number
  /** The forward whose branch this is in, itself included; `null` for the main branch. */
  branch: MessageId | null
}

export interface ThreadTree {
  /** Root first, each followed by all that is below it; siblings by time. Ghosts only where a message is below them. */
  nodes: TreeNode[]
  /** The reading order: by time, then by id. */
  linear: MessageId[]
}

const NONE = -1
const ascending = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const inReadingOrder = <T extends TreeMessage>(messages: readonly T[]): T[] =>
  messages.toSorted(
    (a, b) => ascending(a.sentAt, b.sentAt) || ascending(a.messageId, b.messageId) || ascending(a.message, b.message),
  )

/** Numbers for messages (in reading order, from 0) and then ghosts, and for each the number above it. */
class Draft {
  readonly ids: string[] = []
  readonly above: number[] = []
  readonly #numbers = new Map<string, number>()

  constructor(readonly messages: readonly TreeMessage[]) {
    for (const { messageId } of messages) {
      if (!this.#numbers.has(messageId)) this.#numbers.set(messageId, this.ids.length)
      this.ids.push(messageId)
      this.above.push(NONE)
    }
    messages.forEach(({ aliases }, n) => {
      for (const alias of aliases) if (!this.#numbers.has(alias)) this.#numbers.set(alias, n)
    })
  }

  isGhost(n: number): boolean {
    return n >= this.messages.length
  }

  numberOf(id: string): number {
    const known = this.#numbers.get(id)
    if (known !== undefined) return known
    const n = this.ids.length
    this.#numbers.set(id, n)
    this.ids.push(id)
    this.above.push(NONE)
    return n
  }

  hang(n: number, above: number): void {
    if (n !== above && this.above[n] === NONE) this.above[n] = above
  }
}

/** The longest index that another message has and this one extends, for mail that names nobody (MS-OXOMSG 2.2.1.3). */
const hangByIndex = (draft: Draft): void => {
  const holders = new Map<string, number>()
  draft.messages.forEach(({ threadIndex }, n) => {
    const hex = threadIndex ? indexHex(threadIndex) : ''
    if (hex !== '' && !holders.has(hex)) holders.set(hex, n)
  })
  draft.messages.forEach(({ threadIndex, parent, references }, n) => {
    if (!threadIndex || parent !== null || references.length > 0) return
    const prefix = indexPrefixes(indexHex(threadIndex)).find((hex) => holders.has(hex))
    if (prefix !== undefined) draft.hang(n, holders.get(prefix) ?? NONE)
  })
}

/** What a message says of the mails that never came: in its References, each stands before the one that answers it. */
const hangGhosts = (draft: Draft, { references, parent }: TreeMessage): void => {
  const ids = parent === null || references.includes(parent.id) ? references : [...references, parent.id]
  for (let i = 1; i < ids.length; i++) {
    const n = draft.numberOf(ids[i] as string)
    if (draft.isGhost(n)) draft.hang(n, draft.numberOf(ids[i - 1] as string))
  }
}

/** Where a walk up comes round to its start, one link is taken out: that of a ghost (only a guess), else of the earliest message. */
const breakLoops = ({ above, messages }: Draft): void => {
  const walk = new Int32Array(above.length)
  for (let start = 0; start < above.length; start++) {
    let n = start
    for (; n !== NONE && walk[n] === 0; n = above[n] as number) walk[n] = start + 1
    if (n === NONE || walk[n] !== start + 1) continue
    let weakest = n
    for (let m = above[n] as number; m !== n; m = above[m] as number) {
      const isGuess = m >= messages.length && weakest < messages.length
      if (isGuess || (m < weakest && (weakest < messages.length || m >= messages.length))) weakest = m
    }
    above[weakest] = NONE
  }
}

/** The numbers below each, and those that stand below none. */
const turned = (above: readonly number[], isShown: Uint8Array): { below: number[][]; roots: number[] } => {
  const below: number[][] = above.map(() => [])
  const roots: number[] = []
  above.forEach((m, n) => {
    if (isShown[n] === 1) (m === NONE ? roots : (below[m] as number[])).push(n)
  })
  return { below, roots }
}

/** Messages and all that is above them. */
const shown = ({ above, messages }: Draft): Uint8Array => {
  const isShown = new Uint8Array(above.length)
  for (let start = 0; start < messages.length; start++)
    for (let n = start; n !== NONE && isShown[n] === 0; n = above[n] as number) isShown[n] = 1
  return isShown
}

/** From the roots down, each before what is below it. */
const downward = (roots: readonly number[], below: readonly number[][]): number[] => {
  const order = [...roots]
  for (const n of order) for (const m of below[n] ?? []) order.push(m)
  return order
}

/** When each was written; a ghost, as far as one can know, just before the first that came of those below it. */
const times = (draft: Draft, order: readonly number[]): string[] => {
  const when = draft.ids.map((_, n) => draft.messages[n]?.sentAt ?? '')
  for (let i = order.length - 1; i >= 0; i--) {
    const n = order[i] as number
    const m = draft.above[n] as number
    if (m === NONE || !draft.isGhost(m)) continue
    if (when[m] === '' || (when[n] as string) < (when[m] as string)) when[m] = when[n] as string
  }
  return when
}

/** Tree order without recursion: a thread may be as deep as it is long. */
const nodesFrom = (draft: Draft, root: number, below: readonly number[][], loose: ReadonlySet<number>): TreeNode[] => {
  const nodes: TreeNode[] = []
  const placed: (TreeNode | undefined)[] = []
  const waiting = [root]
  for (let n = waiting.pop(); n !== undefined; n = waiting.pop()) {
    const up = placed[n === root ? NONE : loose.has(n) ? root : (draft.above[n] as number)]
    const received = draft.messages[n]
    const node: TreeNode = {
      message: received?.message ?? null,
      id: draft.ids[n] as string,
      parentId: up && !loose.has(n) ? up.id : null,
      parent: up && !loose.has(n) ? up.message : null,
      nearestKnown: up && !loose.has(n) ? (up.message ?? up.nearestKnown) : null,
      isLoose: loose.has(n),
      depth: up ? up.depth + 1 : 0,
      branch: (received?.forward ? received.message : null) ?? (loose.has(n) ? null : (up?.branch ?? null)),
    }
    placed[n] = node
    nodes.push(node)
    const children = below[n] as number[]
    for (let i = children.length - 1; i >= 0; i--) waiting.push(children[i] as number)
  }
  return nodes
}

/**
 * The reply tree of one thread, and its reading order: a function of the set of messages, whatever order they came in.
 * 1. Each message hangs below the one that it answers by its own headers, received or not.
 * 2. A mail without ids hangs below the message whose conversation index it extends.
 * 3. Ghosts hang as the References of others suggest, the earliest of them first.
 * 4. Loops are broken, and of several roots the earliest is the root: exactly one remains.
 * Linear but for the sorting; deep chains cost no stack.
 */
export const threadTree = (messages: readonly TreeMessage[]): ThreadTree => {
  const draft = new Draft(inReadingOrder(messages))
  draft.messages.forEach(({ parent }, n) => {
    if (parent !== null) draft.hang(n, draft.numberOf(parent.id))
  })
  hangByIndex(draft)
  for (const message of draft.messages) hangGhosts(draft, message)
  breakLoops(draft)
  const { below, roots } = turned(draft.above, shown(draft))
  const when = times(draft, downward(roots, below))
  const byTime = (n: number, m: number) =>
    ascending(when[n] as string, when[m] as string) ||
    ascending(draft.ids[n] as string, draft.ids[m] as string) ||
    n - m
  const [root, ...others] = roots.sort(byTime)
  if (root === undefined) return { nodes: [], linear: [] }
  for (const other of others) below[root]?.push(other)
  for (const children of below) if (children.length > 1) children.sort(byTime)
  return {
    nodes: nodesFrom(draft, root, below, new Set(others)),
    linear: draft.messages.map(({ message }) => message),
  }
}
