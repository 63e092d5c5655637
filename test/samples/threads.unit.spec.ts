import { messageIdOf, type Decided, type InboxId, type MessageId, type SpaceId, type ThreadId } from '@skein/events'
import { readFacts } from '@skein/mail'
import { decide, MemoryLinkIndex, ruleSet, threadTree, type IncomingMail } from '@skein/threading'
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
  return { events, originalOf, threadOf }
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

/** For each file the file or the ghost that it hangs under in the tree of its thread. */
const parents = (space: Received): Map<string, string | null> => {
  const trees = new Map<ThreadId, Parameters<typeof threadTree>[0][number][]>()
  for (const event of space.events) {
    if (event.type !== 'MessageThreaded') continue
    const thread = space.threadOf(event.data.message)
    if (thread) trees.set(thread, [...(trees.get(thread) ?? []), event.data])
  }
  const nodes = new Map(
    [...trees.values()].flatMap((tree) => threadTree(tree).nodes).map((node) => [node.message, node]),
  )
  const nameOf = (message: MessageId) => samples.find(({ mail }) => mail.message === message)?.file ?? message
  return new Map(
    samples.map(({ file, mail }) => {
      const node = nodes.get(space.originalOf(mail.message) ?? mail.message)
      return [file, node?.parent ? nameOf(node.parent) : (node?.parentId ?? null)]
    }),
  )
}
/** Both deliveries of one mail are one message here, so a parent is told by its message. */
const byMessage = (name: string | null): string | null => (name === null ? null : (messages.get(name) ?? name))
const expectedParents = threads.flatMap(({ mails }) =>
  mails.map(
    ({ file, parent }) => [file, parent === null ? null : 'file' in parent ? parent.file : parent.ghost] as const,
  ),
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
    for (const [file, parent] of expectedParents)
      expect([file, byMessage(found.get(file) ?? null)]).toEqual([file, byMessage(parent)])
  })

  it('comes to the same threads and parents in any order of arrival', () => {
    const numbers = samples.map((_, n) => n)
    const all = fc.shuffledSubarray(numbers, { minLength: numbers.length })
    fc.assert(
      fc.property(all, (order) => {
        const space = received(order.flatMap((n) => samples[n] ?? []))
        expect(partition(space)).toEqual(expectedPartition)
        expect([...parents(space)].map(([file, parent]) => [file, byMessage(parent)])).toEqual(
          [...parents(inOrder)].map(([file, parent]) => [file, byMessage(parent)]),
        )
      }),
      { numRuns: 50 },
    )
  })

  it('adds nothing when all of it is delivered a second time', () => {
    expect(partition(received([...samples, ...samples]))).toEqual(expectedPartition)
    expect(received([...samples, ...samples]).events.length).toBe(inOrder.events.length)
  })
})
