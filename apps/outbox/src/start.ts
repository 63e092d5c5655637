import { createHttpApp, type HealthCheck, type HttpApp, type HttpPlace, type Manners } from '@skein/http'
import { EventStreamServer, openLog, type LogOptions } from '@skein/log'
import { createMimeReader } from '@skein/mime'
import { openViews } from '@skein/views'
import { composing } from './composing/composing.module.js'
import { OutboxModule } from './outbox.module.js'
import { DEFAULT_OUTBOX_SETTINGS, type OutboxParts, type OutboxSettings } from './parts.js'
import { sending } from './sending/sending.module.js'
import { webhooks } from './webhooks/webhooks.module.js'

export interface OutboxConfig {
  log: LogOptions
  databaseUrl: string
  http: HttpPlace
  /** Name of this process among the holders of leases; one that keeps its name gets them back at once. */
  holder: string
  /** What is left out is as in `DEFAULT_OUTBOX_SETTINGS`. */
  settings?: Partial<OutboxSettings>
  manners?: Partial<Manners>
}

export interface RunningOutbox {
  /** What it does just now, for the health of a process that has several services. */
  checks: Readonly<Record<string, HealthCheck>>
  /** Address of its HTTP calls; `null` where the port is shared. */
  url: string | null
  /** The express instance, for a port that is shared. */
  handler: HttpApp['handler']
  stop(): Promise<void>
}

const SENDING =
  /^\/v1\/(?:inboxes\/[^/]+\/send|threads\/[^/]+\/reply|messages\/[^/]+\/(?:reply|reply-all|forward))(?:\/plan)?\/?$/
const SENT = /^\/v1\/messages\/[^/]+\/(?:cancel|resend|settle)\/?$/
const OUTBOX_LIST = /^\/v1\/outbox\/?$/
const WEBHOOKS = /^\/v1\/webhooks\/[^/]+\/(?:attempts|replay|test)\/?$/

/** Whether a request is for this service, where it shares its port with others. */
export const outboxOwns = (method: string, path: string): boolean =>
  method === 'POST'
    ? SENDING.test(path) || SENT.test(path) || WEBHOOKS.test(path)
    : OUTBOX_LIST.test(path) || WEBHOOKS.test(path)

export const startOutbox = async (config: OutboxConfig): Promise<RunningOutbox> => {
  const log = await openLog(config.log)
  const views = await openViews({ databaseUrl: config.databaseUrl, cursorSecret: log.secrets.cursorSecret })
  const mime = createMimeReader({ threads: 1 })
  const settings = { ...DEFAULT_OUTBOX_SETTINGS, ...config.settings }
  const outbox: OutboxParts = { log, views, mime, settings, holder: config.holder, now: () => new Date() }
  const parts = [composing(outbox), sending(outbox), webhooks(outbox)]
  const http = await createHttpApp(OutboxModule.on(outbox, parts), {
    http: config.http,
    otherBodies: true,
    ownBody: (method, path) => method === 'POST' && SENDING.test(path),
    manners: config.manners,
    rates: (perMinute) => log.rates(perMinute),
  })
  for (const options of parts.flatMap(({ streams }) => streams))
    http.app.connectMicroservice({ strategy: new EventStreamServer({ log, ...options }) })
  await http.app.startAllMicroservices()
  const url = await http.start()
  const stop = async (): Promise<void> => {
    await http.close()
    for (const part of parts) await part.stop()
    await mime.close()
    await views.close()
    await log.close()
  }
  const checks = Object.assign({}, ...parts.map((part) => part.checks)) as RunningOutbox['checks']
  return { url, handler: http.handler, checks, stop }
}
