import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSystem, type System } from './system.js'

/**
 * Short by itself. All hundred walks through each list, some minutes:
 *   SKEIN_WALKS=100 SKEIN_WALK_PAGE=50 npm run test:e2e -- test/system/walk.e2e.spec.ts
 */
const WALKS = Number(process.env['SKEIN_WALKS'] ?? 4)
const QUIET = Number(process.env['SKEIN_WALK_THREADS'] ?? 60)
const MAILS_A_SECOND = 50
const PAGE = Number(process.env['SKEIN_WALK_PAGE'] ?? 7)

let system: System
beforeAll(async () => {
  system = await startSystem()
})
afterAll(async () => {
  await system?.stop()
})

let made = 0
/** Sends a mail that starts a thread, or answers the one that was started so; the clock of the mail goes on by a second each time. */
const send = async (subject: string, answers: string | null = null): Promise<string> => {
  const n = ++made
  const id = `walk${n}@mail.test`
  const lines = [
    'From: Ada <ada@mail.test>',
    'To: support@skein.test',
    `Date: ${new Date(Date.UTC(2026, 0, 1) + n * 1_000).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${id}>`,
    `Subject: ${answers === null ? subject : `Re: ${subject}`}`,
    ...(answers === null ? [] : [`In-Reply-To: <${answers}>`, `References: <${answers}>`]),
  ]
  const answer = await system.mail(`${lines.join('\r\n')}\r\n\r\nWords.\r\n`)
  expect(answer.status).toBe(202)
  const { sequence } = (await answer.json()) as { sequence: string }
  return answers === null ? `${id} ${sequence}` : sequence
}

interface Page {
  threads: { id: string; subject: string; last_message_at: string; version: number }[]
  next_cursor: string | null
}
const pageOf = async (path: string): Promise<Page> => {
  const answer = await system.call('GET', path)
  expect(answer.status).toBe(200)
  return (await answer.json()) as Page
}

/** Every thread that a walk through all pages meets, in order. */
const walk = async (path: string): Promise<Page['threads']> => {
  const met: Page['threads'] = []
  for (let cursor = ''; ;) {
    const page = await pageOf(`${path}${cursor}`)
    met.push(...page.threads)
    if (page.next_cursor === null) return met
    cursor = `&cursor=${page.next_cursor}`
  }
}

/** Mail for new threads and for old ones of their own, at that rate, until it is told to stop. */
const busy = async (signal: AbortSignal, moving: readonly string[]): Promise<number> => {
  const began = performance.now()
  const sent: Promise<string>[] = []
  for (let n = 0; !signal.aborted; n++) {
    const [id] = (moving[n % moving.length] ?? '').split(' ')
    sent.push(n % 2 === 0 ? send('Moving', id) : send(`New ${n}`))
    await pause(Math.max(0, (n + 1) * (1_000 / MAILS_A_SECOND) - (performance.now() - began)))
  }
  await Promise.all(sent)
  return sent.length
}

describe('while mail arrives', () => {
  it.each([
    ['of the account', '/v1/threads?'],
    ['of an inbox', '/v1/inboxes/inb_support/threads?'],
    ['that a search finds', '/v1/threads?search=quiet&'],
    ['that are unread', '/v1/inboxes/inb_support/threads?is_read=false&'],
  ])(
    'a walk through the threads %s skips and repeats none that did not move',
    async (_, path) => {
      const list = `${path}limit=${PAGE}`
      const moving = []
      for (let n = 0; n < 5; n++) moving.push(await send('Moving'))
      let last = ''
      const batch = `Quiet ${made}`
      for (let n = 0; n < QUIET; n++) last = await send(`${batch}.${n}`)
      await pageOf(`${list}&wait_for=${last.split(' ')[1]}`)
      const isQuiet = ({ subject }: { subject: string }): boolean => subject.startsWith(`${batch}.`)
      const expected = (await walk(list)).filter(isQuiet).map(({ id }) => id)
      expect(new Set(expected).size).toBe(QUIET)

      const stop = new AbortController()
      const arrived = busy(stop.signal, moving)
      try {
        for (let n = 0; n < WALKS; n++) {
          const met = await walk(list)
          expect(met.filter(isQuiet).map(({ id }) => id)).toEqual(expected)
          const states = met.map(({ id, last_message_at }) => `${id} ${last_message_at}`)
          expect(new Set(states).size).toBe(states.length)
        }
      } finally {
        stop.abort()
      }
      expect(await arrived).toBeGreaterThan(0)
    },
    600_000,
  )
})
