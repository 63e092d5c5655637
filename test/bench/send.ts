/**
 * Mail that leaves: mails are composed by the API, and a server on this machine takes them, each by a connection of its own.
 *   npm run bench -- send [--mails 500] [--at-once 8] [--json]
 */
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { BreakingSmtpServer } from '../faults/breaking-smtp-server.ts'
import { machine, startBenchSystem } from './bench-system.ts'

const { values } = parseArgs({
  options: {
    mails: { type: 'string', default: '500' },
    'at-once': { type: 'string', default: '8' },
    json: { type: 'boolean', default: false },
  },
})
const count = Number(values.mails)
/** The outbox has a limit of 1,000 an hour for an inbox. */
const INBOXES = ['inb_support', 'inb_sales', 'inb_team']
const WARM_UP = 30
const system = await startBenchSystem()
const server = await BreakingSmtpServer.start()

const post = async (path: string, body: object, expected: number): Promise<Record<string, unknown>> => {
  const answer = await fetch(`${system.url}/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${system.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const said = (await answer.json()) as Record<string, unknown>
  if (answer.status !== expected) throw new Error(`${path}: ${answer.status} ${JSON.stringify(said)}`)
  return said
}

/** Posts so many mails, a few at a time; answers how long that took, in milliseconds. */
const postAll = async (mails: number, sendAt?: string): Promise<number> => {
  const began = performance.now()
  let next = 0
  const one = async (): Promise<void> => {
    for (let n = next++; n < mails; n = next++)
      await post(
        `inboxes/${INBOXES[n % INBOXES.length]}/send`,
        {
          ...{ to: `person${n}@there.example`, subject: `Mail ${n}`, text: `Text of mail ${n}.\n`.repeat(40) },
          ...(sendAt === undefined ? {} : { send_at: sendAt }),
        },
        202,
      )
  }
  await Promise.all(Array.from({ length: Number(values['at-once']) }, one))
  return performance.now() - began
}
const until = async (taken: number): Promise<number> => {
  while (server.taken.length < taken) await pause(2)
  return performance.now()
}

const transport = { name: 'Bench', host: '127.0.0.1', port: server.port, security: 'none', domains: ['skein.example'] }
await post('transports', transport, 201)
await pause(1_000)
await postAll(WARM_UP)
await until(WARM_UP)
// all of them are queued when the first one is due, so that what is measured is the way out alone
const due = new Date(Date.now() + 3_000 + count * 20)
const accepting = await postAll(count, due.toISOString())
if (Date.now() > due.getTime()) throw new Error('the mails were due before all of them were queued; try fewer')
const began = await until(WARM_UP + 1)
const sending = (await until(WARM_UP + count)) - began
const figures = {
  accepted: Math.round(count / (accepting / 1_000)),
  sent: Math.round((count - 1) / (sending / 1_000)),
  connections: server.connections,
}
await server.stop()
await system.stop()
if (values.json) process.stdout.write(`${JSON.stringify({ mails: count, machine: machine(), ...figures })}\n`)
else process.stdout.write(`${count} mails on ${machine()}: ${figures.accepted}/s accepted, ${figures.sent}/s sent\n`)
