import { readFacts } from '@skein/mail'
import { describe, expect, it } from 'vitest'
import { sentAt } from './incoming-mail.js'

const receivedAt = '2026-11-21T12:00:00.000Z'
const received = (date: string): string => `Received: from a.test (a.test [192.0.2.1])\r\n\tby mx.test; ${date}`

describe('when a mail was written', () => {
  it.each<[string, string[], string]>([
    ['is its Date', ['Date: Mon, 02 Mar 2026 10:00:00 +0100'], '2026-03-02T09:00:00.000Z'],
    [
      'is when its last server took it, where it has no Date',
      [received('Tue, 3 Mar 2026 08:00:00 +0000'), received('Mon, 2 Mar 2026 08:00:00 +0000')],
      '2026-03-03T08:00:00.000Z',
    ],
    [
      'is never later than that: a clock was ahead by years',
      [received('Tue, 3 Mar 2026 08:00:00 +0000'), 'Date: Mon, 02 Mar 2037 10:00:00 +0100'],
      '2026-03-03T08:00:00.000Z',
    ],
    ['is never later than it came here', ['Date: Mon, 02 Mar 2037 10:00:00 +0100'], receivedAt],
    ['is when it came here, where nothing else is known', ['Date: tomorrow', received('soon')], receivedAt],
  ])('%s', (_, lines, expected) => {
    const raw = new TextEncoder().encode([...lines, 'From: a@a.test', '', 'Text.', ''].join('\r\n'))
    expect(sentAt({ facts: readFacts(raw), receivedAt })).toBe(expected)
  })

  it('is when we wrote it, to the millisecond, where that was here', () => {
    const facts = readFacts(new TextEncoder().encode('Date: Mon, 02 Mar 2026 10:00:00 +0100\r\n\r\nText.\r\n'))
    expect(sentAt({ facts, receivedAt, writtenAt: '2026-03-02T09:00:00.417Z' })).toBe('2026-03-02T09:00:00.417Z')
  })
})
