import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { Api } from './services/api.js'
import { ServiceProcesses } from './services/service-processes.js'

const MAILS = 100
/** After so many the first threader and the first outbox are killed. */
const KILL_AT = 35
const AT_ONCE = 4
const SPACES = ['a', 'b', 'c', 'd', 'e', 'f']
/** Leases run out after ten seconds, and what was between 354 and answer is looked at five seconds later. */
const PATIENCE = { timeout: 90_000, interval: 500 }

interface Sent {
  message_id: string
}
interface Entry extends Sent {
  thread_id: string
  status: string
  subject: string
}

describe('two threaders and two outboxes', () => {
  let services: ServiceProcesses
  let api: Api
  const inboxes: { id: string; address: string }[] = []
  const sent: Sent[] = []

  /** All pages of a list, by the name of the member that has its entries. */
  const all = async <T>(path: string, member: string): Promise<T[]> => {
    const found: T[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const page = await api.json<Record<string, unknown>>(200, 'GET', `${path}?limit=100${query}`)
      found.push(...(page[member] as T[]))
      cursor = page['next_cursor'] as string | null
    }
    return found
  }
  const outbox = (): Promise<Entry[]> => all<Entry>('/v1/outbox', 'messages')
  const partitionsOf = async (as: string): Promise<string> => {
    const url = services.running().find(([name]) => name === as)?.[1].url ?? ''
    const health = (await (await fetch(`${url}/health/ready`)).json()) as {
      checks: { threader: { detail: string } }
    }
    return health.checks.threader.detail
  }

  beforeAll(async () => {
    services = await ServiceProcesses.start({
      threader: { SKEIN_HOLDER: 'threader-1' },
      outbox: { SKEIN_HOLDER: 'outbox-1' },
    })
    api = new Api(services.url, await services.seed())
    await services.startOne('threader', { SKEIN_HOLDER: 'threader-2' }, 'threader-2')
    await services.startOne('outbox', { SKEIN_HOLDER: 'outbox-2' }, 'outbox-2')
    // the door of the second one takes mail all the time; the first one has the partitions, and sends
    const door = services.running().find(([name]) => name === 'outbox-2')?.[1].url ?? ''
    await services.end('query', 'SIGTERM')
    await services.startOne('query', { SKEIN_OUTBOX_URL: door })
    const isKnown = async () => (await api.call('GET', '/v1/me')).status
    await vi.waitUntil(async () => (await isKnown()) === 200, PATIENCE)
    for (const name of SPACES) {
      const { id: space } = await api.json<{ id: string }>(201, 'POST', '/v1/spaces', { name })
      const address = `${name}@skein.example`
      const made = await api.json<{ id: string }>(201, 'POST', '/v1/inboxes', { space, address, name })
      inboxes.push({ id: made.id, address })
    }
    const planned = async () =>
      (await api.call('POST', `/v1/inboxes/${inboxes.at(-1)?.id}/send/plan`, { to: 'x@outside.example' })).status
    await vi.waitUntil(async () => (await planned()) === 200, PATIENCE)
  })
  afterAll(() => services?.stop())

  /** Every other one is for an inbox of another space; the others leave the instance, and are kept. */
  const send = async (n: number): Promise<void> => {
    const [from, next] = [inboxes[n % SPACES.length], inboxes[(n + 1) % SPACES.length]]
    const to = n % 2 === 0 ? next?.address : `to-${n}@outside.example`
    const draft = { to, subject: `Mail ${n}`, text: `Text of ${n}.` }
    const headers = { 'idempotency-key': `mail-${n}` }
    sent[n] = await api.json<Sent>(202, 'POST', `/v1/inboxes/${from?.id}/send`, draft, headers)
  }

  it('the second ones take over when the first ones are killed in the middle, and go on to the end', async () => {
    expect(await partitionsOf('threader')).toMatch(/^writes 4 of 4/)
    let next = 0
    let killed: Promise<unknown> | undefined
    const worker = async (): Promise<void> => {
      for (let n = next++; n < MAILS; n = next++) {
        await send(n)
        if (n === KILL_AT) killed = Promise.all([services.kill('threader'), services.kill('outbox')])
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
    await killed
    const states = async () => (await outbox()).filter(({ status }) => ['sent', 'unknown'].includes(status)).length
    await expect.poll(states, PATIENCE).toBe(MAILS)
    expect(await partitionsOf('threader-2')).toMatch(/^writes 4 of 4/)
  }, 120_000)

  it('each mail is in a thread, and what was sent arrived once', async () => {
    const entries = await outbox()
    expect(new Set(entries.map(({ message_id: id }) => id))).toEqual(new Set(sent.map(({ message_id: id }) => id)))
    const kept = await all<{ to: string[] }>('/v1/dev/outbox', 'messages')
    const arrivedIn = new Map<string, number>()
    const count = (subject: string): void => void arrivedIn.set(subject, (arrivedIn.get(subject) ?? 0) + 1)
    for (const { to } of kept) count(`Mail ${/^to-(\d+)@/.exec(to[0] ?? '')?.[1]}`)
    const threads = await all<{ id: string; subject: string }>('/v1/threads', 'threads')
    const own = new Set(entries.map(({ thread_id: id }) => id))
    for (const { id, subject } of threads) if (!own.has(id)) count(subject)
    for (const { thread_id: thread, subject, status } of entries) {
      expect(threads.map(({ id }) => id)).toContain(thread)
      const copies = arrivedIn.get(subject) ?? 0
      if (status === 'sent') expect([subject, copies]).toEqual([subject, 1])
      else expect(copies, subject).toBeLessThanOrEqual(1)
    }
  })

  it('and none of them needed a right that it does not have', async () => {
    expect(await services.refusals()).toEqual([])
  })
})
