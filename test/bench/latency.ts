/**
 * From accepted to visible: a mail is posted, and the newest page of its inbox is read every few milliseconds until the mail is in it.
 *   npm run bench -- latency [--mails 300] [--json]
 */
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { conversations } from '../system/conversations.ts'
import { machine, percentile, startBenchSystem } from './bench-system.ts'

const { values } = parseArgs({
  options: { mails: { type: 'string', default: '300' }, json: { type: 'boolean', default: false } },
})
const count = Number(values.mails)
const WARM_UP = 30
/** Between two looks: reading without a pause would measure how the instance copes with being read without a pause. */
const PAUSE_MS = 2
const system = await startBenchSystem()
const headers = { authorization: `Bearer ${system.key}` }

interface Page {
  threads: { subject: string; message_count: number }[]
}
const newest = async (): Promise<Page> =>
  (await (await fetch(`${system.url}/v1/inboxes/inb_support/threads?limit=50`, { headers })).json()) as Page

const seen = new Map<string, number>()
const accept: number[] = []
const visible: number[] = []
const reads: number[] = []
for (const [i, { thread, raw }] of conversations(30, Math.ceil((count + WARM_UP) / 30))
  .slice(0, count + WARM_UP)
  .entries()) {
  const subject = `Topic ${thread}`
  const wanted = (seen.get(subject) ?? 0) + 1
  seen.set(subject, wanted)
  const began = performance.now()
  const answer = await fetch(`${system.url}/v1/inboxes/inb_support/mail`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'message/rfc822' },
    body: raw,
  })
  if (answer.status !== 202) throw new Error(`the door answered ${answer.status}: ${await answer.text()}`)
  await answer.arrayBuffer()
  const accepted = performance.now()
  for (;;) {
    const asked = performance.now()
    const { threads } = await newest()
    reads.push(performance.now() - asked)
    if (threads.some((one) => one.subject === subject && one.message_count >= wanted)) break
    await pause(PAUSE_MS)
  }
  if (i < WARM_UP) continue
  accept.push(accepted - began)
  visible.push(performance.now() - accepted)
}
await system.stop()

const spread = (ms: readonly number[]) => ({
  p50: Number(percentile(ms, 0.5).toFixed(1)),
  p95: Number(percentile(ms, 0.95).toFixed(1)),
  p99: Number(percentile(ms, 0.99).toFixed(1)),
})
const result = {
  bench: 'latency',
  machine: machine(),
  mails: count,
  acceptMs: spread(accept),
  visibleMs: spread(visible),
  readMs: spread(reads),
}
if (values.json) console.log(JSON.stringify(result))
else {
  const line = (name: string, { p50, p95, p99 }: { p50: number; p95: number; p99: number }): void =>
    console.log(`${name.padEnd(34)} p50 ${p50} ms   p95 ${p95} ms   p99 ${p99} ms`)
  console.log(`${count} mails, one after the other; ${result.machine}`)
  line('posted until accepted (synced)', result.acceptMs)
  line('accepted until in the thread list', result.visibleMs)
  line('one read of the newest 50', result.readMs)
}
