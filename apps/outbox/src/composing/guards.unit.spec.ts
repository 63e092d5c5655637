import type { MailFacts } from '@skein/mail'
import { describe, expect, it } from 'vitest'
import { DEFAULT_OUTBOX_SETTINGS } from '../parts.js'
import type { Draft } from './draft.js'
import { checkAutomatic, checkRates, checkRecipients } from './guards.js'

const NOW = new Date('2026-03-02T12:00:00.000Z')
const inbox = { id: 'inb_a', account: 'acc_a' } as Draft['inbox']

const replyTo = (facts: Partial<MailFacts>): Draft['about'] =>
  ({ kind: 'reply', ofThread: false, answered: { facts, thread: { id: 'thr_a' } } }) as Draft['about']
const words = (automatic: boolean): Draft['words'] => ({ auto_submitted: automatic }) as Draft['words']

/** Views that counted so many mails, of whom or what it may be. */
const counted = (counts: { thread?: [number, number]; inbox?: number; account?: number }) => ({
  now: () => NOW,
  settings: DEFAULT_OUTBOX_SETTINGS,
  views: {
    countSent: (by: object) => {
      const [all, automatic] =
        'thread' in by ? (counts.thread ?? [0, 0]) : [('inbox' in by ? counts.inbox : counts.account) ?? 0, 0]
      return Promise.resolve({ all, automatic, oldestAt: '2026-03-02T11:30:00.000Z' })
    },
  },
})
const checked = (counts: Parameters<typeof counted>[0], about = replyTo({})) =>
  checkRates(counted(counts), { inbox, about, named: null })

describe('automatic answers', () => {
  it.each([
    ['to what a machine sent', { kind: 'normal', autoSubmitted: true }],
    ['to an automatic answer', { kind: 'auto-reply', autoSubmitted: true }],
    ['to a report', { kind: 'bounce', autoSubmitted: false }],
    ['to a receipt', { kind: 'receipt', autoSubmitted: false }],
    ['to a list', { kind: 'list', autoSubmitted: false }],
  ] as const)('are refused %s, and a person may still answer', (_, facts) => {
    const about = replyTo(facts)
    expect(() => checkAutomatic({ about, named: null, words: words(true) })).toThrow(
      expect.objectContaining({ status: 409, slug: 'automatic-mail' }),
    )
    expect(() => checkAutomatic({ about, named: null, words: words(false) })).not.toThrow()
  })

  it('are refused too where the mail that is answered is named by its id', () => {
    const named = { facts: { kind: 'bounce', autoSubmitted: false } } as Draft['named']
    const about: Draft['about'] = { kind: 'new', answered: null }
    expect(() => checkAutomatic({ about, named, words: words(true) })).toThrow(
      expect.objectContaining({ slug: 'automatic-mail' }),
    )
    expect(() => checkAutomatic({ about, named: null, words: words(true) })).not.toThrow()
  })

  it('are sent to what a person wrote', () => {
    const about = replyTo({ kind: 'normal', autoSubmitted: false })
    expect(() => checkAutomatic({ about, named: null, words: words(true) })).not.toThrow()
  })
})

describe('limits within an hour', () => {
  it.each([
    ['20 automatic mails in a thread are let through', { thread: [20, 20] as [number, number] }, null],
    ['21 are a circle', { thread: [21, 21] as [number, number] }, 'loop-breaker'],
    ['200 of any kind are let through', { thread: [200, 0] as [number, number] }, null],
    ['201 are a circle', { thread: [201, 0] as [number, number] }, 'loop-breaker'],
    ['the last one of an inbox is let through', { inbox: 999 }, null],
    ['one more is too many', { inbox: 1_000 }, 'rate-limited'],
    ['an account has a limit of its own', { account: 10_000 }, 'rate-limited'],
  ])('%s', async (_, counts, slug) => {
    if (slug === null) return expect(checked(counts)).resolves.toBeUndefined()
    // the oldest one is half an hour old, so half an hour is left until it no longer counts
    const problem = { status: 429, slug, extra: expect.objectContaining({ retry_after: 1_800 }) as unknown }
    await expect(checked(counts)).rejects.toMatchObject(problem)
  })

  it('count for the thread of a mail that is named by its id', async () => {
    const named = { message: { thread: 'thr_a' } } as Draft['named']
    const draft = { inbox, about: { kind: 'new', answered: null } as Draft['about'], named }
    await expect(checkRates(counted({ thread: [21, 21] }), draft)).rejects.toMatchObject({ slug: 'loop-breaker' })
  })
})

describe('recipients', () => {
  const people = (count: number) => Array.from({ length: count }, (_, n) => ({ name: '', address: `p${n}@a.test` }))
  const recipients = (to: number, bcc = 0): Draft['recipients'] => ({
    to: people(to),
    cc: [],
    bcc: people(bcc),
    reasons: [],
  })

  it('may be as many as the limit, blind copies counted', () => {
    expect(() => checkRecipients({ recipients: recipients(60, 40) }, 100)).not.toThrow()
    expect(() => checkRecipients({ recipients: recipients(60, 41) }, 100)).toThrow(
      expect.objectContaining({ status: 400 }),
    )
  })

  it('must be somebody', () => {
    expect(() => checkRecipients({ recipients: recipients(0) }, 100)).toThrow(expect.objectContaining({ status: 400 }))
  })
})
