import { describe, expect, it } from 'vitest'
import { readFacts } from './read-facts.js'

const factsOf = (...lines: string[]) => readFacts(new TextEncoder().encode(lines.join('\r\n')))
const kindOf = (...headers: string[]) => {
  const { kind, autoSubmitted } = factsOf('From: Bob <bob@b.test>', 'Subject: Q', ...headers, '', 'text')
  return `${kind}${autoSubmitted ? ' by a machine' : ''}`
}

describe('kinds of mail', () => {
  it.each<[string, string[], string]>([
    ['a mail of a person', [], 'normal'],
    [
      'a delivery report',
      ['Content-Type: multipart/report; report-type=delivery-status; boundary=x'],
      'bounce by a machine',
    ],
    [
      'the same in other case and quotes',
      ['Content-Type: Multipart/Report; boundary=x; Report-Type="Delivery-Status"'],
      'bounce by a machine',
    ],
    ['a failure by Gmail or Exim', ['X-Failed-Recipients: x@y'], 'bounce by a machine'],
    ['a mail of an abuse desk', ['Content-Type: multipart/report; report-type=feedback-report; boundary=x'], 'normal'],
    [
      'a read receipt',
      ['Content-Type: multipart/report; report-type=disposition-notification; boundary=x'],
      'receipt by a machine',
    ],
    ['a mail that asks for a receipt', ['Disposition-Notification-To: bob@b.test'], 'normal'],
    ['an absence note', ['Auto-Submitted: auto-replied'], 'auto-reply by a machine'],
    [
      'an absence note with parameters',
      ['Auto-Submitted: Auto-Replied (vacation); owner-email="x"'],
      'auto-reply by a machine',
    ],
    ['an absence note of an old responder', ['X-Autoreply: yes'], 'auto-reply by a machine'],
    ['an absence note by precedence', ['Precedence: auto_reply'], 'auto-reply by a machine'],
    ['a notification', ['Auto-Submitted: auto-generated'], 'normal by a machine'],
    ['a mail that says a person sent it', ['Auto-Submitted: no'], 'normal'],
    ['a mail that wants no absence notes', ['X-Auto-Response-Suppress: All'], 'normal'],
    ['a list mail', ['List-Id: A list <l.example>'], 'list'],
    ['a list mail by its post address', ['List-Post: <mailto:l@example>'], 'list'],
    ['a list mail by precedence', ['Precedence: list'], 'list'],
    ['an invitation', ['Content-Type: text/calendar; method=REQUEST'], 'calendar'],
    ['a bounce of a list', ['List-Id: <l.example>', 'X-Failed-Recipients: x@y'], 'bounce by a machine'],
    [
      'an absence note through a list',
      ['List-Id: <l.example>', 'Auto-Submitted: auto-replied'],
      'auto-reply by a machine',
    ],
  ])('%s', (_, headers, kind) => {
    expect(kindOf(...headers)).toBe(kind)
  })

  it.each<[string, string[], string]>([
    [
      'an absence note with the subject of one',
      ['Subject: Out of Office: Q', 'X-Auto-Response-Suppress: All'],
      'auto-reply',
    ],
    ['an absence note of Exchange', ['Subject: Automatic reply: Q', 'Auto-Submitted: auto-generated'], 'auto-reply'],
    ['an absence note with a null return path', ['Subject: Abwesenheitsnotiz: Q', 'Return-Path: <>'], 'auto-reply'],
    ['a subject alone', ['Subject: Out of Office: Q'], 'normal'],
    ['a notification about an invitation', ['Subject: Invitation: Q', 'Auto-Submitted: auto-generated'], 'normal'],
    ['a mail of a mailer with a null return path', ['From: MAILER-DAEMON', 'Return-Path: <>'], 'bounce'],
    ['a mail of a mailer whose return path is lost', ['From: Mail Delivery <MAILER-DAEMON@mx.test>'], 'bounce'],
    ['a mail of a mailer that has a return path', ['From: mailer-daemon@mx.test', 'Return-Path: <a@b>'], 'normal'],
    ['a failure of a postmaster', ['From: postmaster@mx.test', 'Subject: Undeliverable: Q'], 'bounce'],
    ['a mail of a postmaster', ['From: postmaster@mx.test', 'Subject: Your mailbox'], 'normal'],
  ])('by subject and sender: %s', (_, headers, kind) => {
    expect(factsOf(...headers, '', 'text').kind).toBe(kind)
  })
})

describe('lists', () => {
  it.each<[string, string[], string | null]>([
    ['their id in brackets', ['List-Id: Kernel <Linux-Kernel.vger.kernel.org>'], 'linux-kernel.vger.kernel.org'],
    ['an id without brackets', ['List-Id: l.example'], 'l.example'],
    ['an encoded description', ['List-Id: =?utf-8?q?Caf=C3=A9?= <l.example>'], 'l.example'],
    ['what old software wrote', ['X-BeenThere: l@example'], 'l@example'],
    ['what ezmlm wrote', ['Mailing-List: contact l-help@example; run by ezmlm'], 'l-help@example'],
    ['the post address', ['List-Post: <mailto:l@example?subject=x>'], 'l@example'],
    ['nothing where posting is not allowed', ['List-Post: NO'], null],
    ['nothing where there is none', ['List-Unsubscribe: <mailto:x@y>'], null],
  ])('are known by %s', (_, headers, listId) => {
    expect(factsOf(...headers, '', '').listId).toBe(listId)
  })
})

describe('authentication results', () => {
  it.each<[string, string[], unknown]>([
    [
      'give the result of each method',
      [
        'Authentication-Results: mx.test; dkim=pass header.d=b.test; spf=softfail smtp.mailfrom=b.test; dmarc=fail (p=NONE) header.from=b.test',
      ],
      { dkim: 'pass', spf: 'softfail', dmarc: 'fail' },
    ],
    [
      'take the topmost only',
      ['Authentication-Results: mx.test; spf=fail', 'Authentication-Results: evil; spf=pass; dmarc=pass'],
      { spf: 'fail', dmarc: null, dkim: null },
    ],
    [
      'let one good signature count',
      ['Authentication-Results: mx; dkim=fail; dkim=pass; dkim=none'],
      { dkim: 'pass', spf: null, dmarc: null },
    ],
    [
      'do not believe comments',
      ['Authentication-Results: mx (; dmarc=pass ;(x) dmarc=pass); spf=none'],
      { dmarc: null, spf: 'none', dkim: null },
    ],
    [
      'do not believe quoted text',
      ['Authentication-Results: mx; spf=fail reason="x; dmarc=pass; y"'],
      { dmarc: null, spf: 'fail', dkim: null },
    ],
    [
      'do not take a property for a method',
      ['Authentication-Results: mx; spf=fail smtp.dmarc=pass'],
      { dmarc: null, spf: 'fail', dkim: null },
    ],
    [
      'take versions and spaces',
      ['Authentication-Results: mx/1; DKIM / 1 = Pass'],
      { dmarc: null, spf: null, dkim: 'pass' },
    ],
    [
      'say nothing of methods that were not tried',
      ['Authentication-Results: mx; none'],
      { dmarc: null, spf: null, dkim: null },
    ],
    ['are null where no server says anything', ['ARC-Authentication-Results: i=1; mx; dmarc=pass'], null],
  ])('%s', (_, headers, expected) => {
    expect(factsOf(...headers, '', '').authentication).toEqual(expected)
  })
})
