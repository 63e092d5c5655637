import type { AccountId, InboxId, SpaceId } from '@skein/events'
import { authenticationBy, readFacts } from '@skein/mail'
import type { MailBodies } from '@skein/mime'
import { describe, expect, it } from 'vitest'
import { deliveryRoleOf, directionOf, withOrWithoutTag } from './delivery-role.js'
import { receivedRecordOf, type Delivery } from './received-record.js'
import { MAX_RECORD_BYTES } from './record-size.js'

const inbox = {
  id: 'inb_a' as InboxId,
  account: 'acc_a' as AccountId,
  space: 'spc_a' as SpaceId,
  name: 'Help',
  address: 'help@skein.example',
  aliases: ['hilfe@skein.example'],
  plusAddressing: true,
  catchAll: [],
  transport: null,
}
const mail = (...lines: string[]) => new TextEncoder().encode(lines.join('\r\n'))
const factsOf = (...header: string[]) => readFacts(mail(...header, '', 'text'))
const isHelp = (address: string) =>
  withOrWithoutTag(address, (each) => [inbox.address, ...inbox.aliases].includes(each))

describe('the role of a delivery', () => {
  it.each<[string, string[], string]>([
    ['to, when To names the inbox', ['To: Help <help@skein.example>'], 'to'],
    ['to, when To and Cc name it', ['Cc: help@skein.example', 'To: x@example.org, help@skein.example'], 'to'],
    ['cc, when Cc names it', ['To: x@example.org', 'Cc: help@skein.example'], 'cc'],
    ['to, by an alias in other letters', ['To: HILFE@Skein.Example'], 'to'],
    ['to, by a plus-tag', ['To: help+ticket-7@skein.example'], 'to'],
    ['bcc, when nothing names it', ['To: x@example.org'], 'bcc'],
    ['bcc, when nobody is named', ['To: undisclosed-recipients:;'], 'bcc'],
    ['bcc, for an address that only looks like it', ['To: help@skein.example.org, shelp@skein.example'], 'bcc'],
    ['list, when a list brought it', ['To: dev@lists.example.org', 'List-Id: <dev.lists.example.org>'], 'list'],
    [
      'to, when a list brought it and To names the inbox',
      ['To: help@skein.example', 'List-Id: <dev.lists.example.org>'],
      'to',
    ],
  ])('is %s', (_, header, role) => {
    expect(deliveryRoleOf(factsOf(...header), isHelp)).toBe(role)
  })
})

describe('the direction', () => {
  it('is out for what an inbox of the space wrote, by alias and plus-tag too', () => {
    expect(directionOf(factsOf('From: hilfe+x@skein.example'), isHelp)).toBe('out')
    expect(directionOf(factsOf('From: ann@example.org'), isHelp)).toBe('in')
  })
  it('is in for a sender who is known to be forged', () => {
    const facts = factsOf('From: help@skein.example')
    const authentication = { spf: null, dkim: null }
    expect(directionOf({ ...facts, authentication: { ...authentication, dmarc: 'fail' } }, isHelp)).toBe('in')
    expect(directionOf({ ...facts, authentication: { ...authentication, dmarc: 'pass' } }, isHelp)).toBe('out')
  })
})

describe('what is believed about the sender', () => {
  const trusted = 'mx.skein.example'
  it.each<[string, string[], string | null, ReturnType<typeof authenticationBy>]>([
    ['nothing, when no server is trusted', ['mx.skein.example; dmarc=pass'], null, null],
    ['nothing, when another server wrote it', ['mx.evil.example; dmarc=pass'], trusted, null],
    ['nothing, when the name only starts alike', ['mx.skein.example.evil.example; dmarc=pass'], trusted, null],
    [
      'all that the server says',
      [
        'mx.skein.example 1; spf=softfail smtp.mailfrom=x; dkim=pass header.d=y; dmarc=pass (p=none; x=(y)) header.from=z',
      ],
      trusted,
      { spf: 'softfail', dkim: 'pass', dmarc: 'pass' },
    ],
    [
      'several fields together',
      ['MX.skein.example; spf=pass', 'mx.evil.example; dmarc=pass', 'mx.skein.example; dmarc = fail'],
      trusted,
      { spf: 'pass', dkim: null, dmarc: 'fail' },
    ],
    [
      'one DKIM signature that passes among several',
      ['mx.skein.example; dkim=fail; dkim=pass'],
      trusted,
      { spf: null, dkim: 'pass', dmarc: null },
    ],
    [
      'a second result of another method is not believed',
      ['mx.skein.example; dmarc=fail; dmarc=pass'],
      trusted,
      { spf: null, dkim: null, dmarc: 'fail' },
    ],
    ['no results', ['mx.skein.example; none'], trusted, { spf: null, dkim: null, dmarc: null }],
    [
      'nothing in a comment',
      ['mx.skein.example; (dmarc=pass; ) spf=none'],
      trusted,
      { spf: 'none', dkim: null, dmarc: null },
    ],
  ])('%s', (_, fields, authservId, expected) => {
    expect(authenticationBy(fields, authservId)).toEqual(expected)
  })
})

describe('the input record', () => {
  const delivery: Delivery = {
    inbox,
    door: 'http',
    envelope: null,
    receivedAt: '2026-03-02T10:00:00.000Z',
    size: 100,
    isInbox: isHelp,
    isOwn: isHelp,
  }
  const bodies: MailBodies = { text: 'hello', html: null, attachments: [], problems: [] }
  const facts = factsOf('From: ann@example.org', 'To: help@skein.example', 'Message-ID: <1@example.org>', 'Subject: x')

  it('follows from the mail, the inbox and the time, and says what was wrong', () => {
    const record = receivedRecordOf(facts, { ...bodies, problems: ['has more than 1000 parts'] }, delivery)
    expect(record).toMatchObject({
      v: 1,
      inbox: 'inb_a',
      role: 'to',
      direction: 'in',
      text: 'hello',
      receivedAt: delivery.receivedAt,
    })
    expect(record.facts.problems).toEqual([...facts.problems, 'has more than 1000 parts'])
    expect(
      receivedRecordOf(facts, bodies, { ...delivery, door: 'bus', receivedAt: '2026-03-03T10:00:00.000Z' }).message,
    ).toBe(record.message)
  })

  const bytesOf = (record: unknown) => new TextEncoder().encode(JSON.stringify(record)).length
  const many = Array.from({ length: 40_000 }, (_, i) => `${i}.${'x'.repeat(90)}@example.org`)
  it.each<[string, Partial<typeof facts>, MailBodies]>([
    ['HTML', {}, { ...bodies, html: '€'.repeat(1_000_000), text: '€'.repeat(900_000) }],
    ['text of controls', {}, { ...bodies, text: '\u0001'.repeat(1_000_000), html: null }],
    ['text of emoji', {}, { ...bodies, text: '\u{1f600}\u0001'.repeat(333_333), html: '\u0001'.repeat(1_000_000) }],
    ['ids', { references: many, aliases: many }, bodies],
    ['ids and text', { references: many }, { ...bodies, text: '\u0001'.repeat(1_000_000) }],
  ])('stays within its size: %s', (_, moreFacts, large) => {
    const record = receivedRecordOf({ ...facts, ...moreFacts }, large, { ...delivery, size: 20_000_000 })
    expect(bytesOf(record)).toBeLessThanOrEqual(MAX_RECORD_BYTES)
    expect(bytesOf(record)).toBeGreaterThan(100_000)
    expect(record.facts.problems.length).toBeGreaterThan(facts.problems.length)
    expect(record.text.isWellFormed()).toBe(true)
    expect(large.text.startsWith(record.text)).toBe(true)
    if (moreFacts.references) expect(record.facts.references.at(-1)).toBe(many.at(-1))
  })
})
