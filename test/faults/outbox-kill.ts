import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { MessageId } from '@skein/events'
import { freePort } from '@skein/servers'
import { BreakingSmtpServer } from './breaking-smtp-server.ts'
import { account, fillDirectory, queueMail } from './outgoing-mail.ts'
import { SECRET, startSendingSystem, type SendingSystem } from './sending-system.ts'

const main = fileURLToPath(new URL('../../apps/outbox/dist/main.js', import.meta.url))
const PATIENCE_MS = 60_000
/** The server thinks about each mail, so that kills find attempts at all of their steps. */
const THINKS_MS = 8
/** A kill comes up to so long after the mail that it was to come at: about as long as one takes. */
const MOST_LATE_MS = 60
/** Of the mails that are queued before a kill, at most so many are through when it comes; the others wait for the next outbox. */
const MOST_THROUGH = 0.8

export interface KillPlan {
  readonly sends: number
  readonly kills: number
  readonly seed: number
  readonly say: (line: string) => void
}

/** What became of the mails. Lists are of messages. */
export interface KillResult {
  readonly sent: number
  readonly unknown: number
  /** Unknown ones that the server has, in fact. */
  readonly unknownArrived: number
  /** Those that are neither sent nor unknown at the end. */
  readonly open: MessageId[]
  /** `sent` that the server does not have. */
  readonly lost: MessageId[]
  /** Those that the server has twice. */
  readonly twice: MessageId[]
  readonly kills: number
  readonly seconds: number
}

/** A generator of numbers from 0 to 1 that a seed repeats (mulberry32). */
const randomFrom = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
}

const startOutbox = async (system: SendingSystem, smtpPort: number): Promise<ChildProcess> => {
  const { natsUrl, monitorUrl, databaseUrl } = system
  const port = await freePort()
  const env = {
    ...{ PATH: process.env['PATH'], HOST: '127.0.0.1', PORT: String(port), SKEIN_HOLDER: 'outbox-kill' },
    ...{ NATS_URL: natsUrl, NATS_MONITOR_URL: monitorUrl, DATABASE_URL: databaseUrl, SKEIN_PARTITIONS: '2' },
    ...{ SKEIN_SECRET: SECRET, SKEIN_DEFAULT_TRANSPORT: `smtp://127.0.0.1:${smtpPort}` },
  }
  return spawn(process.execPath, [main], { env, stdio: ['ignore', 'ignore', 'inherit'] })
}

const kill = async (child: ChildProcess | undefined): Promise<void> => {
  if (child === undefined || child.exitCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

const until = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
  for (const deadline = Date.now() + PATIENCE_MS; !(await holds()); await sleep(2))
    if (Date.now() > deadline) throw new Error(`this did not come to pass: ${what}`)
}

const stateOf = async ({ views }: SendingSystem, message: MessageId): Promise<string | undefined> =>
  (await views.message(account, message))?.sending?.state

const isThrough = async (system: SendingSystem): Promise<boolean> => {
  const open = await Promise.all([0, 1].map((partition) => system.views.openSends(partition)))
  const { sends } = await system.views.listOutbox(account, {}, { limit: 1 })
  return sends.length > 0 && open.every((one) => one.sends.every(({ state }) => state === 'unknown'))
}

/** Before each kill some mails more are queued; it comes when a number of chance of them arrived, and a moment of chance later. */
const sendAndKill = async (
  { sends, kills, seed, say }: KillPlan,
  { system, server, outboxes }: { system: SendingSystem; server: BreakingSmtpServer; outboxes: ChildProcess[] },
): Promise<MessageId[]> => {
  const random = randomFrom(seed)
  const messages: MessageId[] = []
  outboxes.push(await startOutbox(system, server.port))
  for (let n = 1; n <= kills; n++) {
    const { connections, taken } = server
    const enough = taken.length + Math.floor(random() * MOST_THROUGH * (sends / kills))
    while (messages.length < (sends * n) / kills) messages.push(await queueMail(system.log, 'kill', messages.length))
    await until('the outbox sends', () => server.connections > connections && server.taken.length >= enough)
    await sleep(random() * MOST_LATE_MS)
    await kill(outboxes.pop())
    outboxes.push(await startOutbox(system, server.port))
    if (n % 10 === 0) say(`${n} kills, ${messages.length} mails queued, the server has ${server.taken.length}`)
  }
  return messages
}

const judged = async (
  system: SendingSystem,
  server: BreakingSmtpServer,
  messages: readonly MessageId[],
): Promise<Omit<KillResult, 'kills' | 'seconds'>> => {
  const arrived = Map.groupBy(server.taken, ({ raw }) => /^Message-ID: <(\d+)\./m.exec(raw)?.[1] ?? '')
  const states = new Map<MessageId, string | undefined>()
  for (const message of messages) states.set(message, await stateOf(system, message))
  const copies = (message: MessageId): number => arrived.get(String(messages.indexOf(message)))?.length ?? 0
  const inState = (state: string): MessageId[] => messages.filter((message) => states.get(message) === state)
  const sent = inState('sent')
  const unknown = inState('unknown')
  return {
    sent: sent.length,
    unknown: unknown.length,
    unknownArrived: unknown.filter((message) => copies(message) > 0).length,
    open: messages.filter((message) => !['sent', 'unknown'].includes(states.get(message) ?? '')),
    lost: sent.filter((message) => copies(message) === 0),
    twice: messages.filter((message) => copies(message) > 1),
  }
}

/**
 * Mails are queued and sent by an outbox in a process of its own, which is killed and started again meanwhile. Needs what is
 * built.
 */
export const runOutboxKill = async (plan: KillPlan): Promise<KillResult> => {
  const began = performance.now()
  const system = await startSendingSystem()
  const server = await BreakingSmtpServer.start({ thinks: THINKS_MS })
  const outboxes: ChildProcess[] = []
  try {
    await fillDirectory(system.log, ['kill'])
    const messages = await sendAndKill(plan, { system, server, outboxes })
    await until('all is sent or unknown', () => isThrough(system))
    const seconds = Math.round((performance.now() - began) / 1_000)
    return { ...(await judged(system, server, messages)), kills: plan.kills, seconds }
  } finally {
    await kill(outboxes.pop())
    await server.stop()
    await system.stop()
  }
}
