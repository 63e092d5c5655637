import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

interface Asked {
  status: number
  ms: number
  body: string
}

const READS = ['/v1/threads?limit=25', '/v1/threads?unread=true&limit=25', '/v1/inboxes/inb_support/threads?limit=25']

/** Mail at a rate, and reads at a rate, each on time whether or not those before it have ended. */
export const startLoad = (url: string, key: string, perSecond: number) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const ask = (method: string, path: string, body?: string): Promise<Asked> =>
    new Promise((resolve, reject) => {
      const began = performance.now()
      const headers = {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'message/rfc822' }),
      }
      const asked = request(new URL(path, url), { method, agent, headers }, (answer) => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            ms: performance.now() - began,
            body: Buffer.concat(parts).toString(),
          }),
        )
      })
      asked.on('error', reject).end(body)
    })
  const reads: { ms: number; at: number }[] = []
  const failed: string[] = []
  let [mails, last, threads, stopped] = [0, '', [] as string[], false]
  const under = new Set<Promise<void>>()
  const begin = (what: () => Promise<void>): void => {
    const one = what().catch((error: unknown) => void failed.push(String(error)))
    under.add(one)
    void one.finally(() => under.delete(one))
  }
  const mail = async (n: number): Promise<void> => {
    const parent = n % 3 === 0 ? '' : `In-Reply-To: <load-${n - (n % 3)}@load.test>\r\n`
    const raw = `From: p${n % 100}@load.test\r\nTo: support@skein.test\r\nSubject: Load ${n - (n % 3)}\r\nMessage-ID: <load-${n}@load.test>\r\n${parent}\r\nText of mail ${n}.\r\n`
    const { status, body } = await ask('POST', '/v1/inboxes/inb_support/mail', raw)
    if (status !== 202) return void failed.push(`mail: ${status} ${body}`)
    mails++
    last = (JSON.parse(body) as { sequence: string }).sequence
  }
  const read = async (n: number): Promise<void> => {
    const id = threads[n % Math.max(1, threads.length)]
    const path = n % 4 === 3 && id !== undefined ? `/v1/threads/${id}/messages` : (READS[n % READS.length] as string)
    const at = performance.now()
    const { status, ms, body } = await ask('GET', path)
    if (status !== 200) return void failed.push(`${path}: ${status} ${body}`)
    reads.push({ ms, at })
    if (path.startsWith('/v1/threads?'))
      threads = (JSON.parse(body) as { threads: { id: string }[] }).threads.map((one) => one.id)
  }
  const running = (async () => {
    const began = performance.now()
    for (let n = 0; !stopped; n++) {
      begin(() => mail(n))
      begin(() => read(n))
      await pause(Math.max(0, began + ((n + 1) / perSecond) * 1000 - performance.now()))
    }
    await Promise.all(under)
  })()
  const stop = async () => {
    stopped = true
    await running
    const shown = await ask('GET', `/v1/threads?limit=1&wait_for=${last}`)
    agent.destroy()
    return { mails, reads, failed, shown: shown.status === 200 }
  }
  return { stop, reads }
}
