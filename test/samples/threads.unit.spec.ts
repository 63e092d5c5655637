import { messageIdOf, type Decided, type InboxId, type MessageId, type SpaceId, type ThreadId } from '@skein/events'
import { readFacts } from '@skein/mail'
import { decide, MemoryLinkIndex, ruleSet, threadTree, type IncomingMail, type TreeMessage } from '@skein/threading'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readExpected, readSamples, type Sample } from './samples.js'

const space = 'spc_samples' as SpaceId
const ADDRESSES = ['support@skein.example', 'sales@skein.example', 'team@skein.example']

const incoming = ({ inbox, raw }: Sample): IncomingMail => {
  const facts = readFacts(raw)
  return {
    message: messageIdOf({ space, messageId: facts.messageId, digest: facts.digest }),
    facts,
    inbox: `inb_${inbox}` as InboxId,
    role: 'to',
    direction: ADDRESSES.includes(facts.from[0]?.address ?? '') ? 'out' : 'in',
    receivedAt: '2026-05-01T00:00:00.000Z',
    order: 0,
    snippet: '',
    attachments: 0,
    size: raw.length,
    input: { stream: 'MAIL-0', sequence: 1 },
  }
}

const samples = readSamples().map((sample) => ({ file: sample.file, mail: incoming(sample) }))
const threads = readExpected()
const messages = new Map(samples.map(({ file, mail }) => [file, mail.message]))

/** A space that took the samples in this order. */
const received = (order: typeof samples) => {
  const index = new MemoryLinkIndex()
  const events: Decided[] = []
  order.forEach(({ mail }, n) => {
    for (const event of decide(
      { ...mail, order: n + 1, input: { stream: 'MAIL-0', sequence: n + 1 } },
      index,
      ruleSet('skein'),
    )) {
      index.apply(event)
      events.push(event)
    }
  })
  const originalOf = (message: MessageId) => index.original(message)
  const threadOf = (message: MessageId): ThreadId | undefined => {
    const original = originalOf(message)
    return original && index.threadOf(original)
  }
  return { events, originalOf, threadOf, resolve: (thread: ThreadId) => index.resolve(thread) }
}

type Received = ReturnType<typeof received>

/** The files of each thread, in the order of the files. */
const partition = (space: Received): string[][] => {
  const found = new Map<ThreadId | string, string[]>()
  for (const { file, mail } of samples) {
    const thread = space.threadOf(mail.message) ?? `none of ${file}`
    found.set(thread, [...(found.get(thread) ?? []), file])
  }
  return [...found.values()].sort()
}
const expectedPartition = threads
  .map(({ mails }) => samples.map(({ file }) => file).filter((file) => mails.some((mail) => mail.file === file)))
  .sort()

/** Bounces and answers to invitations name nobody in their headers: they stand below the first mail of their thread. */
const standsBelowTheFirst = ({ facts }: IncomingMail): boolean => facts.kind === 'bounce' || facts.kind === 'calendar'

/** For each file the file or the ghost that it hangs under in the tree of its thread. */
const parents = (space: Received): Map<string, string | null> => {
  const trees = new Map<ThreadId, TreeMessage[]>()
  for (const event of space.events) {
    if (event.type !== 'MessageThreaded') continue
    const thread = space.threadOf(event.data.message)
    if (thread) trees.set(thread, [...(trees.get(thread) ?? []), event.data])
  }
  const placed = new Map(
    [...trees.values()].flatMap((messages) => {
      const { nodes } = threadTree(messages)
      return nodes.map((node) => [node.message, { node, first: nodes[0]?.id ?? null }] as const)
    }),
  )
  return new Map(
    samples.map(({ file, mail }) => {
      const at = placed.get(space.originalOf(mail.message) ?? mail.message)
      return [file, at?.node.isLoose && standsBelowTheFirst(mail) ? at.first : (at?.node.parentId ?? null)]
    }),
  )
}
const idOf = new Map(samples.map(({ file, mail }) => [file, mail.facts.messageId]))
/** A mail that was kept apart from the one that it names has none, though the tree of its thread shows the name. */
const expectedParents = threads
  .filter(({ relation }) => relation === undefined)
  .flatMap(({ mails }) =>
    mails.map(({ file, parent }) => {
      const id = parent === null ? null : 'file' in parent ? idOf.get(parent.file) : parent.ghost
      return [file, id] as const
    }),
  )

const inOrder = received(samples)

describe('the sample mail under the default rules', () => {
  it.each(threads.map(({ key, point }) => [key, point] as const))('%s is one thread: %s', (key) => {
    const own = threads.find((thread) => thread.key === key)?.mails.map(({ file }) => file) ?? []
    const ids = new Set(own.map((file) => inOrder.threadOf(messages.get(file) as MessageId)))
    const strangers = samples.filter(({ file, mail }) => !own.includes(file) && ids.has(inOrder.threadOf(mail.message)))
    expect(strangers.map(({ file }) => file)).toEqual([])
    expect(ids.size).toBe(1)
  })

  it('hangs each mail below the one that a person would name', () => {
    const found = parents(inOrder)
    for (const [file, parent] of expectedParents) expect([file, found.get(file)]).toEqual([file, parent])
  })

  it('takes a second delivery, and a copy that came through a list, for the mail that it is', () => {
    const copies = threads.flatMap(({ mails }) => mails.flatMap(({ file, copyOf }) => (copyOf ? [[file, copyOf]] : [])))
    const apart = copies.filter(([file, original]) => {
      const [one, other] = [file, original].map((name) => inOrder.originalOf(messages.get(name ?? '') as MessageId))
      return one === undefined || one !== other
    })
    expect(apart).toEqual([])
  })

  it('starts a thread with a word on the other one that it claims or comes from', () => {
    const relations = inOrder.events.flatMap((event) =>
      event.type === 'ThreadStarted' && event.data.relation ? [event.data] : [],
    )
    const told = relations.map(({ message, relation }) => ({
      file: samples.find(({ mail }) => mail.message === message)?.file,
      kind: relation?.kind,
      ids: relation?.ids,
      thread: relation?.thread && inOrder.resolve(relation.thread),
    }))
    const expected = threads.flatMap(({ mails, relation }) => {
      if (!relation) return []
      const other = threads.find(({ key }) => key === relation.thread)?.mails[0]?.file ?? ''
      const thread = inOrder.threadOf(messages.get(other) as MessageId)
      return [{ file: mails[0]?.file, kind: relation.kind, ids: relation.ids, thread }]
    })
    expect(told).toEqual(expected)
  })

  it('comes to the same threads and parents in any order, as long as a forger comes after the mail whose id he took', () => {
    const numbers = samples.map((_, n) => n)
    const [stolen, forged] = ['re-invoice-schafwerk', 'invoice-new-account'].map((name) =>
      samples.findIndex(({ file }) => file.endsWith(`-${name}.eml`)),
    ) as [number, number]
    const possible = (order: number[]): number[] => {
      const others = order.filter((n) => n !== forged)
      return others.toSpliced(Math.max(others.indexOf(stolen) + 1, order.indexOf(forged)), 0, forged)
    }
    const all = fc.shuffledSubarray(numbers, { minLength: numbers.length }).map(possible)
    fc.assert(
      fc.property(all, (order) => {
        const space = received(order.flatMap((n) => samples[n] ?? []))
        expect(partition(space)).toEqual(expectedPartition)
        expect(parents(space)).toEqual(parents(inOrder))
      }),
      { numRuns: 50 },
    )
  })

  it('adds nothing when all of it is delivered a second time', () => {
    expect(partition(received([...samples, ...samples]))).toEqual(expectedPartition)
    expect(received([...samples, ...samples]).events.length).toBe(inOrder.events.length)
  })
})
