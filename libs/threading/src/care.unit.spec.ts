import type { Decided, MessageId, ThreadId } from '@skein/events'
import { describe, expect, it } from 'vitest'
import { careAfter, decideCare, isCareEvent, uncaredFor, type CareCommand, type CareRow } from './care.js'

const thread = 'thr_a' as ThreadId
const other = 'thr_b' as ThreadId
const now = '2026-03-01T10:00:00.000Z'
const soon = '2026-03-01T10:05:00.000Z'
const later = '2026-03-01T10:10:00.000Z'
const muchLater = '2026-03-01T12:00:00.000Z'

/** Threads, and what was said about them so far. */
class Threads {
  private readonly rows = new Map<ThreadId, CareRow>()
  readonly of = (one: ThreadId): CareRow => this.rows.get(one) ?? uncaredFor(one)
  take(events: readonly Decided[], time: string): void {
    for (const event of events) if (isCareEvent(event)) this.keep(careAfter(this.of, { ...event, time }))
  }
  private keep(row: CareRow): void {
    this.rows.set(row.thread, row)
  }
  /** The types of the events, or the code of the refusal. */
  say(command: CareCommand, time = now, about = thread): string[] {
    const decided = decideCare(command, this.of(about), time)
    if ('refused' in decided) return [decided.refused.code]
    this.take(decided.events, time)
    return decided.events.map(({ type }) => type)
  }
  merge(survivor: ThreadId, absorbed: ThreadId, time = now): void {
    const data = {
      rule: 'merge',
      evidence: [],
      confidence: 'certain' as const,
      cuts: [],
      message: null as MessageId | null,
    }
    this.take([{ type: 'ThreadsMerged', thread: survivor, data: { ...data, absorbed: [absorbed] } }], time)
  }
}
const claim = (by: string, until = later): CareCommand => ({ name: 'ClaimThread', by, until })
const release = (by: string): CareCommand => ({ name: 'ReleaseThread', by })
const handle = (by: string, upTo: number): CareCommand => ({ name: 'HandleThread', by, upTo })
const reopen: CareCommand = { name: 'ReopenThread', by: 'ada' }
const label = (add: string[], remove: string[] = []): CareCommand => ({ name: 'LabelThread', add, remove })

describe('a claim', () => {
  it('is of the first who asks; the second hears who has it, and until when', () => {
    const threads = new Threads()
    expect(threads.say(claim('ada'))).toEqual(['ThreadClaimed'])
    expect(decideCare(claim('bob'), threads.of(thread), now)).toEqual({
      refused: { code: 'claimed', detail: `Thread ${thread} is claimed by ada until ${later}.` },
    })
  })

  it('of the same length again adds nothing; of another length it is renewed', () => {
    const threads = new Threads()
    threads.say(claim('ada'))
    expect(threads.say(claim('ada'))).toEqual([])
    expect(threads.say(claim('ada', muchLater))).toEqual(['ThreadClaimed'])
    expect(threads.of(thread).claim).toEqual({ by: 'ada', until: muchLater })
  })

  it('that ran out is free for anybody, and one that would be over already is none', () => {
    const threads = new Threads()
    threads.say(claim('ada', soon))
    expect(threads.say(claim('bob', muchLater), later)).toEqual(['ThreadClaimed'])
    expect(threads.say(claim('bob', soon), later)).toEqual(['claim-over'])
  })

  it('is given back by whoever has it', () => {
    const threads = new Threads()
    threads.say(claim('ada'))
    expect(threads.say(release('bob'))).toEqual(['claimed'])
    expect(threads.say(release('ada'))).toEqual(['ThreadReleased'])
    expect(threads.say(release('ada'))).toEqual([])
    expect(threads.say(claim('bob'))).toEqual(['ThreadClaimed'])
  })

  it('ends when the thread is handled, whoever says so', () => {
    const threads = new Threads()
    threads.say(claim('ada'))
    expect(threads.say(handle('bob', 7))).toEqual(['ThreadReleased', 'ThreadHandled'])
    expect(threads.say(claim('bob'))).toEqual(['ThreadClaimed'])
  })

  it.each<[string, held: [ThreadId, string][], by: string | undefined]>([
    [
      "the survivor's own",
      [
        [thread, 'ada'],
        [other, 'bob'],
      ],
      'ada',
    ],
    ["an absorbed thread's, where the survivor has none", [[other, 'bob']], 'bob'],
    ['none, where there was none', [], undefined],
  ])('is after a merge %s', (_, held, by) => {
    const threads = new Threads()
    for (const [one, who] of held) threads.say(claim(who), now, one)
    threads.merge(thread, other)
    expect(threads.of(thread).claim?.by).toBe(by)
  })

  it('that had run out before a merge does not stand in the way of one that runs', () => {
    const threads = new Threads()
    threads.say(claim('ada', soon))
    threads.say(claim('bob', muchLater), now, other)
    threads.merge(thread, other, later)
    expect(threads.of(thread).claim?.by).toBe('bob')
  })
})

describe('what is handled', () => {
  it('is said once, and again for mail that came later', () => {
    const threads = new Threads()
    expect(threads.say(handle('ada', 7))).toEqual(['ThreadHandled'])
    expect(threads.say(handle('ada', 7))).toEqual([])
    expect(threads.say(handle('ada', 5))).toEqual([])
    expect(threads.say(handle('ada', 9))).toEqual(['ThreadHandled'])
  })

  it('is opened once', () => {
    const threads = new Threads()
    expect(threads.say(reopen)).toEqual([])
    threads.say(handle('ada', 7))
    expect(threads.say(reopen)).toEqual(['ThreadReopened'])
    expect(threads.say(reopen)).toEqual([])
    expect(threads.say(handle('ada', 7))).toEqual(['ThreadHandled'])
  })

  it.each([
    ['as far as either was, where both were', 7, 9, 9],
    ['no more, where the one that goes was not', 7, null, null],
    ['no more, where the one that stays was not', null, 9, null],
  ])('is after a merge %s', (_, ours, theirs, both) => {
    const threads = new Threads()
    if (ours !== null) threads.say(handle('ada', ours))
    if (theirs !== null) threads.say(handle('ada', theirs), now, other)
    threads.merge(thread, other)
    expect(threads.of(thread).handledUpTo).toBe(both)
  })

  it('ends the claim of whoever handles it once more', () => {
    const threads = new Threads()
    threads.say(handle('ada', 7))
    threads.say(claim('ada'))
    expect(threads.say(handle('ada', 7))).toEqual(['ThreadReleased', 'ThreadHandled'])
    expect(threads.of(thread)).toMatchObject({ claim: null, handledUpTo: 7 })
  })
})

describe('labels', () => {
  it('are put on and taken off, and an event says only what changes', () => {
    const threads = new Threads()
    threads.say(label(['vip', 'billing']))
    const decided = decideCare(label(['vip', 'new'], ['billing', 'never']), threads.of(thread), now)
    expect(decided).toMatchObject({ events: [{ data: { add: ['new'], remove: ['billing'] } }] })
    expect(threads.say(label(['vip'], ['never']))).toEqual([])
    expect(threads.of(thread).labels).toEqual(['billing', 'vip'])
  })

  it('to put on and take off at once are taken off', () => {
    const threads = new Threads()
    expect(threads.say(label(['vip'], ['vip']))).toEqual([])
  })

  it('of both threads are on the one that is left after a merge', () => {
    const threads = new Threads()
    threads.say(label(['a']))
    threads.say(label(['b']), now, other)
    threads.merge(thread, other)
    expect(threads.of(thread).labels).toEqual(['a', 'b'])
  })

  it.each(['split', 'undo'] as const)(
    'go along with a thread that comes out of another, the claim does not: %s',
    (how) => {
      const threads = new Threads()
      threads.say(label(['vip']))
      threads.say(handle('ada', 7))
      threads.say(claim('ada'))
      const by = { rule: 'person', evidence: [], confidence: 'certain' as const, message: null }
      const messages = ['msg_a' as MessageId]
      const event: Decided =
        how === 'split'
          ? { type: 'ThreadSplit', thread, data: { ...by, into: other, order: 1, messages, people: [] } }
          : { type: 'MergeUndone', thread, data: { absorbed: other, messages, people: [], threads: [] } }
      threads.take([event], now)
      expect(threads.of(other)).toEqual({ thread: other, claim: null, handledUpTo: 7, labels: ['vip'] })
      expect(threads.of(thread).claim?.by).toBe('ada')
    },
  )

  it('are at most a hundred', () => {
    const threads = new Threads()
    threads.say(label(Array.from({ length: 100 }, (_, i) => `label ${i}`)))
    expect(threads.say(label(['one more']))).toEqual(['too-many-labels'])
    expect(threads.say(label(['one more'], ['label 1']))).toEqual(['ThreadLabelled'])
  })
})
