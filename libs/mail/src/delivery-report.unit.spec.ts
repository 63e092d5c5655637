import { describe, expect, it } from 'vitest'
import { readFacts } from './read-facts.js'

const factsOf = (...lines: string[]) => readFacts(new TextEncoder().encode(lines.join('\r\n')))

const DSN = [
  'From: MAILER-DAEMON',
  'Message-ID: <b@x>',
  'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
  '',
]
const MDN = ['From: bob@b.test', 'Content-Type: multipart/report; report-type=disposition-notification; boundary=b', '']
const STATUS = ['--b', 'Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; mx', '', 'Action: failed', '']
const RETURNED = ['From: us@us', 'Message-ID: <own@us>', 'Subject: Q', '', 'text']

describe('the mail that a report is about', () => {
  it.each<[string, string[], string | null]>([
    [
      'is the returned mail',
      [...DSN, '--b', '', 'sorry', ...STATUS, '--b', 'Content-Type: message/rfc822', '', ...RETURNED, '--b--'],
      'own@us',
    ],
    [
      'is known by its header block',
      [...DSN, ...STATUS, '--b', 'Content-Type: text/rfc822-headers', '', ...RETURNED.slice(0, 3), '', '--b--'],
      'own@us',
    ],
    [
      'is known by a header block in capitals',
      [...DSN, '--b', 'Content-Type: TEXT/RFC822-HEADERS', '', 'MESSAGE-ID: <own@us>', '--b--'],
      'own@us',
    ],
    [
      'is decoded from base64',
      [
        ...DSN,
        '--b',
        'Content-Type: message/rfc822',
        'Content-Transfer-Encoding: base64',
        '',
        'TWVzc2FnZS1JRDogPG93bkB1cz4NCg0K',
        '--b--',
      ],
      'own@us',
    ],
    [
      'is decoded from quoted-printable',
      [
        ...DSN,
        '--b',
        'Content-Type: message/rfc822',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        'Message-ID: =3Cown=40us=3E',
        '',
        '--b--',
      ],
      'own@us',
    ],
    [
      'is named in a receipt',
      [...MDN, '--b', 'Content-Type: message/disposition-notification', '', 'Original-Message-ID: <own@us>', '--b--'],
      'own@us',
    ],
    [
      'is named in a later group of the status',
      [...DSN, ...STATUS, 'X-Original-Message-ID: <own@us>', '', '--b--'],
      'own@us',
    ],
    [
      'is the returned mail rather than what the status names',
      [
        ...DSN,
        '--b',
        'Content-Type: message/delivery-status',
        '',
        'Original-Message-ID: <other@us>',
        '',
        '--b',
        'Content-Type: message/rfc822',
        '',
        ...RETURNED,
        '--b--',
      ],
      'own@us',
    ],
    [
      'is found in the text of an old mailer',
      [
        'From: MAILER-DAEMON@mx',
        'Return-Path: <>',
        '',
        'Hi. This is the qmail-send program.',
        '',
        '--- Below this line is a copy of the message.',
        '',
        ...RETURNED,
      ],
      'own@us',
    ],
    ['is not known where nothing names it', [...DSN, '--b', '', 'sorry', '--b--'], null],
    ['is not looked for in other mails', ['From: bob@b.test', '', 'Message-ID: <own@us>'], null],
  ])('%s', (_, lines, originalId) => {
    expect(factsOf(...lines).originalId).toBe(originalId)
  })

  it('is none of the ids that the report itself names', () => {
    const facts = factsOf(
      ...DSN,
      '--b',
      'Content-Type: message/rfc822',
      '',
      'Message-ID: <own@us>',
      'References: <r@x>',
      '',
      '--b--',
    )
    expect(facts).toMatchObject({ messageId: 'b@x', references: [], originalId: 'own@us', kind: 'bounce' })
  })
})

describe('the UID of an invitation', () => {
  const invitation = (...lines: string[]) =>
    factsOf(
      'From: a@b',
      'Content-Type: multipart/alternative; boundary=b',
      '',
      '--b',
      '',
      'Join us',
      '--b',
      'Content-Type: text/calendar; method=REQUEST; charset=utf-8',
      ...lines,
      '--b--',
    )

  it.each<[string, string[], string | null]>([
    ['is read', ['', 'BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'UID:abc@calendar', 'END:VEVENT'], 'abc@calendar'],
    ['is unfolded', ['', 'BEGIN:VEVENT', 'UID:abc', ' def', '\tghi', 'SUMMARY:x'], 'abcdefghi'],
    ['may have parameters and any case', ['', 'uid;X-A=1:abc', 'SUMMARY:x'], 'abc'],
    ['may be coded', ['Content-Transfer-Encoding: base64', '', 'VUlEOmFiYw0K'], 'abc'],
    ['is not a word that starts so', ['', 'UIDX:abc', 'X-UID:def'], null],
    ['is at the end of the part', ['', 'UID:abc'], 'abc'],
  ])('%s', (_, lines, uid) => {
    expect(invitation(...lines)).toMatchObject({ kind: 'calendar', calendarUid: uid })
  })

  it('is not taken from a forwarded mail', () => {
    const facts = factsOf(
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: message/rfc822',
      '',
      'Content-Type: text/calendar',
      '',
      'UID:abc',
      '--b--',
    )
    expect(facts).toMatchObject({ kind: 'normal', calendarUid: null })
  })
})
