import type { LogPosition } from '@skein/events'
import type { Inbox } from '@skein/log'
import { describe, expect, it } from 'vitest'
import { refusals } from '../refusals.js'
import { deliver, type DeliverParts, type SmtpMail } from './deliver.js'
import { traceLines } from './trace-lines.js'
import { trustedPeers } from './trusted-peers.js'

const inbox = (name: string) => ({ id: `inb_${name}` }) as Inbox
const mail: SmtpMail = {
  raw: new Uint8Array(3),
  from: 'ann@example.org',
  to: ['a@x.example', 'far@y.example', 'b@x.example', 'a+1@x.example'],
  trace: '',
  isTrusted: false,
}
const at = (sequence: number): LogPosition => ({ stream: 'S', sequence })

const parts = (more: Partial<DeliverParts> = {}) => {
  const done: string[] = []
  const all: DeliverParts = {
    inboxFor: (address) => (address.endsWith('@x.example') ? inbox(address.charAt(0)) : undefined),
    accept: (_, copies) => {
      done.push(...copies.map((copy) => `${copy.inbox.id}: ${copy.envelope?.to.join()}`))
      return Promise.resolve(copies.map((_, i) => at(i + 1)))
    },
    keep: ({ to }) => {
      done.push(`kept: ${to.join()}`)
      return Promise.resolve(at(9))
    },
    ...more,
  }
  return { done, all }
}

describe('one mail for several', () => {
  it('is one copy an inbox, and one to look at for all others', async () => {
    const { done, all } = parts()
    expect(await deliver(mail, all)).toBe('Stored at S:1 S:2 S:9')
    expect(done).toEqual(['inb_a: a@x.example,a+1@x.example', 'inb_b: b@x.example', 'kept: far@y.example'])
  })

  it.each<[string, Partial<DeliverParts>, number, string[]]>([
    [
      'is for later where the rest cannot be stored after some of it was',
      { keep: () => Promise.reject(new Error('away')) },
      451,
      ['inb_a: a@x.example,a+1@x.example', 'inb_b: b@x.example'],
    ],
    ['is for later, and not begun, where an inbox is gone since RCPT', { keep: null }, 451, []],
    ['is for later while the log is away', { accept: () => Promise.reject(refusals.logUnavailable()) }, 451, []],
    ['is refused for good where it is none', { accept: () => Promise.reject(refusals.notAMail('x')) }, 554, []],
    ['is refused for good where it is too large', { accept: () => Promise.reject(refusals.tooLarge(1)) }, 552, []],
    ['is for later where nobody knows why', { accept: () => Promise.reject(new TypeError('x')) }, 451, []],
  ])('%s', async (_, more, responseCode, expected) => {
    const { done, all } = parts(more)
    await expect(deliver(mail, all)).rejects.toMatchObject({ responseCode })
    expect(done).toEqual(expected)
  })
})

describe('a trusted peer', () => {
  it.each<[string, string, boolean]>([
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.70', false],
    ['10.0.0.0/8', '10.200.3.4', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['2001:db8::/32', '2001:db8:1::5', true],
    ['2001:db8::/32', '2001:db9::5', false],
    [' 127.0.0.1 ', '127.0.0.1', true],
    ['0.0.0.0/0', 'no address', false],
  ])('%s: %s is one: %s', (entry, address, is) => {
    expect(trustedPeers([entry])(address)).toBe(is)
  })

  it('is nobody where nobody is named', () => {
    expect(trustedPeers([])('127.0.0.1')).toBe(false)
  })

  it.each(['', 'mx.example', '10.0.0.0/', '10.0.0.0/x', '10.0.0.0/8/8', '10.0.0.0/99', '10.0.0/8'])(
    '%s is an error at the start',
    (entry) => {
      expect(() => trustedPeers([entry])).toThrow()
    },
  )
})

it('what a client calls itself makes no line of its own in the trace', () => {
  const session = {
    id: 'x1',
    hostNameAppearsAs: 'a\r\nBcc: b(c)\0;',
    remoteAddress: '192.0.2.7',
    transmissionType: 'ESMTP',
  }
  const lines = traceLines(session, { from: '', by: 'mx', at: new Date('2026-03-03T10:00:00Z') })
  expect(lines.split('\r\n')).toEqual([
    'Return-Path: <>',
    'Received: from a??Bcc:?b?c??? ([192.0.2.7])',
    ' by mx with ESMTP id x1;',
    ' Tue, 03 Mar 2026 10:00:00 +0000',
    '',
  ])
})
