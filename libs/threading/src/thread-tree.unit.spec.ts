import type { MessageId } from '@skein/events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { threadTree, type TreeMessage } from './thread-tree.js'

interface Drawn {
  id: string
  parent?: string
  references?: string[]
  at?: string
  forward?: boolean
  threadIndex?: string
}
const message = ({ id, parent, references = [], at = '2026-03-02T12:00:00.000Z', ...rest }: Drawn): TreeMessage => ({
  message: `msg_${id}` as MessageId,
  messageId: `${id}@x`,
  aliases: [],
  parent: parent === undefined ? null : { id: `${parent}@x`, fact: 'in-reply-to' },
  references: references.map((reference) => `${reference}@x`),
  sentAt: at,
  ...rest,
})
const drawn = (...messages: Drawn[]) =>
  threadTree(messages.map(message)).nodes.map(({ id, depth }) => `${'.'.repeat(depth)}${id.replace('@x', '')}`)
const at = (minute: number) => `2026-03-02T12:${String(minute).padStart(2, '0')}:00.000Z`

describe('thread tree', () => {
  it('hangs each mail below the one that it answers', () => {
    expect(drawn({ id: 'a' }, { id: 'b', parent: 'a' }, { id: 'd', parent: 'b', references: ['a', 'b'] })).toEqual([
      'a',
      '.b',
      '..d',
    ])
  })

  it("prefers a mail's own headers to what the References of another suggest", () => {
    expect(drawn({ id: 'a' }, { id: 'b', parent: 'a' }, { id: 'd', parent: 'b', references: ['b', 'a'] })).toEqual([
      'a',
      '.b',
      '..d',
    ])
  })

  it('names a parent that never came, and the nearest one above it that did', () => {
    const { nodes } = threadTree([{ id: 'a' }, { id: 'd', parent: 'b', references: ['a', 'b'] }].map(message))
    expect(nodes.map(({ id, message: received }) => [id, received])).toEqual([
      ['a@x', 'msg_a'],
      ['b@x', null],
      ['d@x', 'msg_d'],
    ])
    expect(nodes[2]).toMatchObject({ parentId: 'b@x', parent: null, nearestKnown: 'msg_a', depth: 2 })
  })

  it('leaves out ghosts that nobody hangs below', () => {
    expect(drawn({ id: 'a' }, { id: 'b', parent: 'a', references: ['y', 'z'] })).toEqual(['a', '.b'])
  })

  it('puts siblings in the order in which they were written, a ghost where its first answer is', () => {
    const late = { id: 'late', parent: 'a', at: at(9) }
    expect(
      drawn(
        { id: 'a' },
        late,
        { id: 'b', parent: 'ghost', references: ['a', 'ghost'], at: at(5) },
        { id: 'c', parent: 'a', at: at(7) },
      ),
    ).toEqual(['a', '.ghost', '..b', '.c', '.late'])
  })

  it('breaks a loop at its earliest mail', () => {
    expect(drawn({ id: 'a', parent: 'd' }, { id: 'b', parent: 'a' }, { id: 'd', parent: 'b' })).toEqual([
      'a',
      '.b',
      '..d',
    ])
  })

  it('breaks a loop at a ghost first, because its place is a guess', () => {
    const nodes = drawn({ id: 'a', parent: 'g', references: [] }, { id: 'b', parent: 'a', references: ['a', 'g', 'z'] })
    expect(nodes).toEqual(['g', '.a', '..b'])
  })

  it('shows one root: a second one stands below it and is marked', () => {
    const { nodes } = threadTree(
      [
        { id: 'b', at: at(2) },
        { id: 'a', at: at(1) },
      ].map(message),
    )
    expect(nodes).toMatchObject([
      { id: 'a@x', isLoose: false },
      { id: 'b@x', isLoose: true, depth: 1, parentId: null },
    ])
  })

  it('marks the branch of a forward', () => {
    const { nodes } = threadTree(
      [{ id: 'a' }, { id: 'f', parent: 'a', forward: true }, { id: 'r', parent: 'f' }, { id: 'm', parent: 'a' }].map(
        message,
      ),
    )
    expect(nodes.map(({ id, branch }) => [id, branch])).toEqual([
      ['a@x', null],
      ['f@x', 'msg_f'],
      ['r@x', 'msg_f'],
      ['m@x', null],
    ])
  })

  it('hangs a mail without ids by the longest index that it extends', () => {
    const root = 'AdtcM+tmABEiM0RVZneImaq7zN3u/w=='
    const reply = 'AdtcM+tmABEiM0RVZneImaq7zN3u/wACGHFa'
    const second = 'AdtcM+tmABEiM0RVZneImaq7zN3u/wACGHFaAC8l8Gs='
    expect(
      drawn({ id: 'z', threadIndex: root }, { id: 'y', threadIndex: reply }, { id: 'x', threadIndex: second }),
    ).toEqual(['z', '.y', '..x'])
  })

  it('gives an empty thread no nodes', () => {
    expect(threadTree([])).toEqual({ nodes: [], linear: [] })
  })

  const ids = ['a', 'b', 'c', 'd', 'e', 'f']
  const anyMessages = fc.uniqueArray(
    fc.record({
      id: fc.constantFrom(...ids),
      parent: fc.option(fc.constantFrom(...ids, 'g', 'h'), { nil: undefined }),
      references: fc.array(fc.constantFrom(...ids, 'g', 'h'), { maxLength: 4 }),
      minute: fc.nat(3),
    }),
    { selector: ({ id }) => id, minLength: 1 },
  )

  it('is the same for any order of the same mails, has every mail once, and one root', () => {
    fc.assert(
      fc.property(anyMessages, fc.infiniteStream(fc.nat()), (given, dice) => {
        const messages = given.map(({ parent, minute, ...rest }) =>
          message({ ...rest, at: at(minute), ...(parent === undefined ? {} : { parent }) }),
        )
        const tree = threadTree(messages)
        const keyed = messages.map((one) => ({ one, die: dice.next().value ?? 0 }))
        expect(threadTree(keyed.sort((a, b) => a.die - b.die).map(({ one }) => one))).toEqual(tree)
        expect(tree.nodes.flatMap(({ message: received }) => received ?? []).sort()).toEqual(
          messages.map((one) => one.message).sort(),
        )
        expect(tree.nodes.filter(({ depth }) => depth === 0)).toHaveLength(1)
      }),
    )
  })

  it('takes 100,000 mails in one chain, without recursion, in well under a second', () => {
    const messages = Array.from({ length: 100_000 }, (_, n) =>
      message({
        id: String(n),
        at: at(n % 60),
        ...(n === 0 ? {} : { parent: String(n - 1), references: [String(Math.max(0, n - 2)), String(n - 1)] }),
      }),
    )
    const start = performance.now()
    const { nodes } = threadTree(messages)
    expect(nodes.at(-1)?.depth).toBe(99_999)
    expect(performance.now() - start).toBeLessThan(2_000)
  })

  it('takes 200,000 mails that answer nobody', () => {
    const messages = Array.from({ length: 200_000 }, (_, n) => message({ id: String(n), at: at(n % 60) }))
    expect(threadTree(messages).nodes).toHaveLength(200_000)
  })
})
