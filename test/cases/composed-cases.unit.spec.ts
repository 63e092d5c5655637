import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { newText, parseAddresses, readFacts, type MailFacts } from '@skein/mail'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { caseMail, realId, type Case } from './case-mails.js'
import { compose } from './composing.js'

const folder = process.env['SKEIN_CASES'] ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'cases')
const file = join(folder, 'threading.json')
const cases = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Case[]) : []

const factsOf = (id: string, key: string): MailFacts => {
  const message = cases.find((given) => given.id === id)?.messages.find((one) => one.key === key)
  if (!message) throw new Error(`there is no mail ${key} in ${id}`)
  return caseMail(message).facts
}
const idOf = (picture: string): string => realId(`<${picture}>`).slice(1, -1)
const listed = (people: readonly { address: string }[]): string[] => people.map(({ address }) => address)
const read = async (asked: Parameters<typeof compose>[0]) => {
  const { plan, raw } = await compose(asked)
  return { plan, raw: raw.toString('utf8'), facts: readFacts(raw) }
}

describe.skipIf(cases.length === 0)(
  `cases of replies, composed and read back${cases.length === 0 ? ` (skipped: there is no ${file})` : ''}`,
  () => {
    it('K01: names the answered mail and those above it, not its siblings', async () => {
      const { facts } = await read({ inboxes: ['us@us.test'], answered: factsOf('K01', '2') })
      expect(facts.inReplyTo).toEqual([idOf('b@x')])
      expect(facts.references).toEqual([idOf('a@x'), idOf('b@x')])
      expect(facts.subject).toBe('Re: Q')
    })

    it('K04: without a Message-ID to name there is no In-Reply-To, and the plan warns', async () => {
      const { facts, plan, raw } = await read({ inboxes: ['us@us.test'], answered: factsOf('K04', '2') })
      expect(raw).not.toMatch(/^In-Reply-To:/im)
      expect(facts.references).toEqual([idOf('a@x')])
      expect(plan.warnings.map(({ code }) => code)).toContain('no-message-id')
    })

    it('K06: one Re: stands for all prefixes', async () => {
      const { facts } = await read({ inboxes: ['us@us.test'], answered: factsOf('K06', '2') })
      expect(facts.subject).toBe('Re: Angebot')
    })

    it('K09: a reply to all goes to nobody of ours, and to nobody twice', async () => {
      const inboxes = ['support@us.test', 'sales@us.test']
      const { facts, plan } = await read({ inboxes, answered: factsOf('K09', '1'), toAll: true })
      expect([listed(facts.to), listed(facts.cc)]).toEqual([['al@a.test', 'bo@b.test'], ['ce@c.test']])
      expect(plan.envelope.to).toEqual(['al@a.test', 'bo@b.test', 'ce@c.test'])
    })

    it('K11: goes on with the conversation index of Outlook, and with its topic', async () => {
      const asked = { at: '2025-01-01T11:00:00.000Z', random: 0x5a }
      const { facts } = await read({ inboxes: ['us@us.test'], answered: factsOf('K11', '1'), ...asked })
      expect([facts.threadIndex, facts.threadTopic]).toEqual(['AdtcM+tmABEiM0RVZneImaq7zN3u/wACGHFa', 'Test'])
    })

    it('K14: names the first mail for whoever never saw the middle one, and answers a colleague', async () => {
      const { facts } = await read({
        inboxes: ['agentA@us.test', 'agentB@us.test'],
        answered: factsOf('K14', 'b1'),
        toAll: true,
        given: { cc: parseAddresses('u@g.test') },
      })
      expect(facts.references).toEqual([idOf('u1@g'), idOf('b1@us')])
      expect([listed(facts.to), listed(facts.cc)]).toEqual([['agentB@us.test'], ['u@g.test']])
    })
  },
)

const answered = (over: Partial<MailFacts> = {}): MailFacts => ({
  ...readFacts(
    new TextEncoder().encode(
      'From: Ann <ann@a.test>\r\nTo: us@us.test\r\nMessage-ID: <parent@a.test>\r\nSubject: Wool\r\nDate: Mon, 02 Mar 2026 12:00:00 +0000\r\n\r\nx\r\n',
    ),
  ),
  ...over,
})

describe('a mail that we composed', () => {
  it('names the id that its receivers saw, where a provider gave our mail another', async () => {
    const own = answered({ from: [{ name: '', address: 'us@us.test' }], to: [{ name: '', address: 'ann@a.test' }] })
    const { facts } = await read({ inboxes: ['us@us.test'], answered: own, wireId: 'given@ses.test' })
    expect([facts.inReplyTo, facts.references, listed(facts.to)]).toEqual([
      ['given@ses.test'],
      ['given@ses.test'],
      ['ann@a.test'],
    ])
  })

  it('has 20 references at most, among them one that somebody has seen', async () => {
    const references = Array.from({ length: 40 }, (_, i) => `ref${i}@a.test`)
    const { facts } = await read({ inboxes: ['us@us.test'], answered: answered({ references }), keep: ['ref5@a.test'] })
    expect(facts.references).toEqual(['ref0@a.test', 'ref5@a.test', ...references.slice(-17), 'parent@a.test'])
  })

  it.each([
    ['long ids', 150, 'Wool', 1],
    ['a long subject that is not ASCII', 60, 'Über die Größe von Schlössern '.repeat(8), 1],
    ['many people', 60, 'Wool', 30],
  ])('has a header block under 4 kB with %s, and the first and the last id in it', async (_, size, subject, people) => {
    const references = Array.from({ length: 40 }, (_, i) => `ref${i}.${'x'.repeat(size)}@a.test`)
    const to = Array.from({ length: people }, (_, i) => ({ name: `Person ${i}`, address: `person${i}@a.test` }))
    const { facts, raw } = await read({
      inboxes: ['us@us.test'],
      answered: answered({ references, subject }),
      given: { to },
    })
    expect(Buffer.byteLength(raw.slice(0, raw.indexOf('\r\n\r\n')))).toBeLessThanOrEqual(4_096)
    expect(facts.references).toEqual([references[0], ...references.slice(2 - facts.references.length), 'parent@a.test'])
    expect(facts.references.length).toBeGreaterThan(5)
  })

  it('of a copied inbox goes to whom the sender addressed', async () => {
    const to = [{ name: 'Carl', address: 'carl@c.test' }]
    const { plan } = await read({
      inboxes: ['us@us.test'],
      role: 'cc',
      answered: answered({ to, cc: [{ name: '', address: 'us@us.test' }] }),
    })
    expect([listed(plan.draft.recipients.to), listed(plan.draft.recipients.cc)]).toEqual([
      ['carl@c.test'],
      ['ann@a.test'],
    ])
  })

  it('that goes on from our own mail goes to whom that went to, colleagues too, and not to us', async () => {
    const from = [{ name: '', address: 'sales@us.test' }]
    const to = [
      { name: '', address: 'support@us.test' },
      { name: '', address: 'sales@us.test' },
      { name: 'Carl', address: 'carl@c.test' },
    ]
    const { plan } = await read({ inboxes: ['sales@us.test', 'support@us.test'], answered: answered({ from, to }) })
    expect(listed(plan.draft.recipients.to)).toEqual(['support@us.test', 'carl@c.test'])
  })

  it('is the same octets for the same draft', async () => {
    const asked = { inboxes: ['us@us.test'], answered: answered(), words: { html: '<p>x</p>' } }
    expect((await compose(asked)).raw.equals((await compose(asked)).raw)).toBe(true)
  })

  it('has its quote in text and HTML, and our own reader takes it off again', async () => {
    const { raw } = await read({ inboxes: ['us@us.test'], answered: answered(), words: { html: '<p>Our words.</p>' } })
    expect(raw).toContain('> Their words.')
    expect(raw).toContain('gmail_quote')
    const { raw: plain } = await read({ inboxes: ['us@us.test'], answered: answered() })
    expect(newText(plain.slice(plain.indexOf('\r\n\r\n') + 4)).trim()).toBe('Our words.')
  })

  const text = fc
    .string({ unit: 'grapheme', maxLength: 120 })
    .map((one) => one.replace(/\p{C}/gu, '').replace(/\s+/g, ' ').trim())
  const id = fc
    .tuple(fc.stringMatching(/^[A-Za-z0-9$_=+-]{3,200}$/), fc.stringMatching(/^[a-z0-9-]{1,40}$/))
    .map(([local, domain]) => `${local}@${domain}.test`)

  it('is read by our own rules as it was planned, whatever its subject, names and ids are', async () => {
    await fc.assert(
      fc.asyncProperty(
        text,
        text,
        fc.uniqueArray(id, { maxLength: 60 }),
        text,
        async (subject, name, references, body) => {
          const { plan, facts, raw } = await read({
            inboxes: ['us@us.test'],
            given: { to: [{ name, address: 'ann@a.test' }] },
            words: { subject, text: body, ...(references.length > 0 && { references }) },
          })
          expect(facts.messageId).toBe(plan.messageId)
          expect(facts.references).toEqual(plan.references)
          expect(facts.inReplyTo).toEqual(plan.inReplyTo === null ? [] : [plan.inReplyTo])
          expect(facts.subject).toBe(plan.subject)
          expect(facts.threadIndex).toBe(plan.threadIndex)
          expect(listed(facts.to)).toEqual(['ann@a.test'])
          const head = raw.slice(0, raw.indexOf('\r\n\r\n'))
          expect(Math.max(...raw.split('\r\n').map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(998)
          expect(plan.references.length).toBeLessThanOrEqual(20)
          expect(/^References:(?:.*(?:\r\n[ \t].*)*)/m.exec(head)?.[0].length ?? 0).toBeLessThanOrEqual(4_200)
        },
      ),
      { numRuns: 100 },
    )
  })
})
