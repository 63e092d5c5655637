import { describe, expect, it } from 'vitest'
import type { DeliveryReport } from './facts.js'
import { readFacts } from './read-facts.js'

const reportIn = (lines: readonly string[]) => readFacts(new TextEncoder().encode(lines.join('\r\n'))).report

const DSN = [
  'From: Mail Delivery System <MAILER-DAEMON@mx.example>',
  'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
  '',
  '--b',
  '',
  'I am sorry.',
]
const status = (...groups: string[][]): string[] => [
  ...DSN,
  '--b',
  'Content-Type: message/delivery-status',
  '',
  'Reporting-MTA: dns; mx.example',
  '',
  ...groups.flatMap((group) => [...group, '']),
  '--b--',
]
const failed = (recipient: string, code = '5.1.1') => [
  `Final-Recipient: rfc822; ${recipient}`,
  'Action: failed',
  `Status: ${code}`,
]
const said = (action: DeliveryReport['action'], code: string | null, ...recipients: string[]): DeliveryReport => ({
  action,
  status: code,
  recipients,
})

describe('what a report with a status part says became of the mail', () => {
  it.each<[string, string[], DeliveryReport | undefined]>([
    ['failed, why and for whom', status(failed('bob@b.example')), said('failed', '5.1.1', 'bob@b.example')],
    [
      'delayed is not failed, whatever the status',
      status(['Final-Recipient: rfc822; bob@b.example', 'Action: delayed', 'Status: 5.4.1']),
      said('delayed', '5.4.1', 'bob@b.example'),
    ],
    [
      'failed after a delay, although the status says transient',
      status(failed('bob@b.example', '4.4.7')),
      said('failed', '4.4.7', 'bob@b.example'),
    ],
    ...(['delivered', 'relayed', 'expanded'] as const).map((action): [string, string[], DeliveryReport] => [
      `${action} is good news`,
      status(['Final-Recipient: rfc822;bob@b.example', `Action: ${action}`, 'Status: 2.0.0']),
      said(action, '2.0.0', 'bob@b.example'),
    ]),
    [
      'the address that was written to, rather than where it was forwarded',
      status(['Original-Recipient: rfc822;bob@b.example', ...failed('bob@elsewhere.example')]),
      said('failed', '5.1.1', 'bob@b.example'),
    ],
    [
      'several recipients with one fate',
      status(failed('bob@b.example'), failed('eve@b.example', '5.2.2'), failed('bob@b.example')),
      said('failed', '5.1.1', 'bob@b.example', 'eve@b.example'),
    ],
    [
      'the worst of several fates, and whom it befell',
      status(
        ['Final-Recipient: rfc822; ann@b.example', 'Action: delivered', 'Status: 2.0.0'],
        ['Final-Recipient: rfc822; bob@b.example', 'Action: delayed', 'Status: 4.4.1'],
        failed('eve@b.example', '5.7.1'),
      ),
      said('failed', '5.7.1', 'eve@b.example'),
    ],
    [
      'letters of any case, comments and white space',
      status([
        'FINAL-RECIPIENT:RFC822;<bob@b.example>',
        'action: Failed (bad mailbox)',
        'STATUS:  5.1.1 (no such user)',
      ]),
      said('failed', '5.1.1', 'bob@b.example'),
    ],
    [
      'one group for all, as some servers write it',
      [
        ...DSN,
        '--b',
        'Content-Type: message/delivery-status',
        '',
        'Reporting-MTA: dns; mx',
        ...failed('bob@b.example'),
        '--b--',
      ],
      said('failed', '5.1.1', 'bob@b.example'),
    ],
    [
      'an address in xtext',
      status(['Original-Recipient: rfc822;bob+2Btag@b.example', 'Action: failed', 'Status: 5.1.1']),
      said('failed', '5.1.1', 'bob+tag@b.example'),
    ],
    [
      'an address in UTF-8, plain and escaped',
      status(failed('x'), ['Final-Recipient: utf-8; j\\x{FC}rg@b.example', 'Action: failed', 'Status: 5.1.1']),
      said('failed', '5.1.1', 'jürg@b.example'),
    ],
    [
      'no action: the class of the status',
      status(['Final-Recipient: rfc822; bob@b.example', 'Status: 4.2.2']),
      said('delayed', '4.2.2', 'bob@b.example'),
    ],
    [
      'no status: that of the diagnostic code',
      status([
        'Final-Recipient: rfc822; bob@b.example',
        'Action: failed',
        'Diagnostic-Code: smtp; 550 5.7.26 unauthenticated',
      ]),
      said('failed', '5.7.26', 'bob@b.example'),
    ],
    [
      'a part in base64',
      [
        ...DSN,
        '--b',
        'Content-Type: message/delivery-status',
        'Content-Transfer-Encoding: base64',
        '',
        Buffer.from('Reporting-MTA: dns; x\n\nAction: failed\nStatus: 5.0.0\n').toString('base64'),
        '--b--',
      ],
      said('failed', '5.0.0'),
    ],
    ['an action that does not exist, and no status', status(['Action: eaten', 'Status: 9.9.9']), undefined],
    ['a status that is an address of a machine', status(['Action: failed', 'Status: 5.1.1.7']), said('failed', null)],
    ['a recipient that is none', status(failed('undisclosed')), said('failed', '5.1.1')],
    ['a recipient of another system', status(['Final-Recipient: x400; C=de', 'Action: failed']), said('failed', null)],
    [
      'line ends hidden in an address',
      status(['Final-Recipient: rfc822; bob+0D+0ABcc:x@b.example', 'Action: failed']),
      said('failed', null),
    ],
    ['no group at all', status(), undefined],
    [
      'nothing out of a mail that is no bounce',
      ['From: ann@a.example', '', 'Action: failed', 'Status: 5.1.1', 'Hi. This is the qmail-send program: given up.'],
      undefined,
    ],
    [
      'nothing out of the mail that came back',
      [...DSN, '--b', 'Content-Type: message/rfc822', '', 'X-Failed-Recipients: x@y', '', 'Action: failed', '--b--'],
      undefined,
    ],
  ])('%s', (_, lines, report) => {
    expect(reportIn(lines)).toEqual(report)
  })
})

describe('what a report in plain words says', () => {
  const FROM = ['From: Mail Delivery System <Mailer-Daemon@mx.example>', 'Return-Path: <>']
  const COPY = ['', '------ This is a copy of the message, including all the headers. ------', '']
  const returned = ['Return-Path: <us@us.example>', 'To: <not@meant.example>:', 'given up, 550 5.9.9', '']
  it.each<[string, string[], DeliveryReport | undefined]>([
    [
      'Exim',
      [
        ...FROM,
        'X-Failed-Recipients: bob@b.example, eve@b.example',
        '',
        'A message that you sent could not be delivered to one or more of its',
        'recipients. This is a permanent error. The following address(es) failed:',
        '',
        '  bob@b.example',
        '    550 5.1.1 <bob@b.example>: Recipient address rejected',
        ...COPY,
        ...returned,
      ],
      said('failed', '5.1.1', 'bob@b.example', 'eve@b.example'),
    ],
    [
      'Exim, when it goes on trying',
      [
        ...FROM,
        'Subject: Warning: message 1abCdE-0001aB-2C delayed 24 hours',
        '',
        'This message has not yet been delivered to all recipients.',
        '',
        '  bob@b.example',
        '',
        'No action is required on your part. Delivery attempts will continue for some time.',
      ],
      said('delayed', null, 'bob@b.example'),
    ],
    [
      'qmail',
      [
        ...FROM,
        '',
        'Hi. This is the qmail-send program at mx.example.',
        "I'm afraid I wasn't able to deliver your message to the following addresses.",
        "This is a permanent error; I've given up. Sorry it didn't work out.",
        '',
        '<bob@b.example>:',
        '192.0.2.7 does not like recipient.',
        'Remote host said: 550 no mailbox (#5.1.1)',
        '',
        '--- Below this line is a copy of the message.',
        '',
        ...returned,
      ],
      said('failed', '5.1.1', 'bob@b.example'),
    ],
    [
      'sendmail, when it goes on trying',
      [
        ...FROM,
        'Subject: Warning: could not send message for past 4 hours',
        '',
        '    **      THIS IS A WARNING MESSAGE ONLY      **',
        '',
        '<bob@b.example>... Deferred: Connection refused',
      ],
      said('delayed', null, 'bob@b.example'),
    ],
    [
      'Gmail, when it goes on trying, and names the recipient as failed',
      [
        ...FROM,
        'Subject: Delivery Status Notification (Delay)',
        'X-Failed-Recipients: bob@b.example',
        '',
        'This is an automatically generated Delivery Status Notification',
      ],
      said('delayed', null, 'bob@b.example'),
    ],
    [
      'a version number is no status',
      [...FROM, '', 'User unknown. Mailer 5.1.1 at your service'],
      said('failed', null),
    ],
    ['the words of the mail that came back do not count', [...FROM, '', 'Sorry.', ...COPY, ...returned], undefined],
    ['nothing is read into a text that says nothing', [...FROM, '', 'Hello there.'], undefined],
  ])('%s', (_, lines, report) => {
    expect(reportIn(lines)).toEqual(report)
  })
})

describe('hostile reports', () => {
  const long = 'x'.repeat(200_000)
  it.each<[string, string[]]>([
    ['100,000 recipients', status(...Array.from({ length: 100_000 }, (_, i) => failed(`r${i}@b.example`)))],
    [
      'one line of 200 kB',
      status([`Final-Recipient: rfc822; ${long}@b.example`, `Action: ${long}`, `Status: 5.${long}`]),
    ],
    ['dashes', ['From: MAILER-DAEMON', '', '-'.repeat(200_000), 'given up']],
    ['open brackets', ['From: MAILER-DAEMON', '', '<'.repeat(200_000), 'given up']],
    ['white space', ['From: MAILER-DAEMON', '', ' '.repeat(200_000), '\n'.repeat(200_000), 'given up']],
    [
      '500 status parts',
      [
        ...DSN,
        ...Array.from({ length: 500 }, () => [
          '--b',
          'Content-Type: message/delivery-status',
          '',
          ...failed('a@b.example'),
          '',
        ]).flat(),
      ],
    ],
  ])('%s: bounded', (_, lines) => {
    const report = reportIn(lines)
    expect(report?.recipients.length ?? 0).toBeLessThanOrEqual(200)
    expect(JSON.stringify(report ?? null).length).toBeLessThan(20_000)
  })
})
