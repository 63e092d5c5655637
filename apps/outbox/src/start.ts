import {
  createHttpApp,
  DEFAULT_MANNERS,
  isComposing,
  type HealthCheck,
  type HttpApp,
  type HttpPlace,
  type Manners,
} from '@skein/http'
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
  /** Schema of the tables, `skein` where it is left out. */
  schema?: string
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

export const startOutbox = async (config: OutboxConfig): Promise<RunningOutbox> => {
  const log = await openLog(config.log)
  const { databaseUrl, schema } = config
  const { cursorSecret } = log.secrets
  const views = await openViews({ databaseUrl, cursorSecret, ...(schema === undefined ? {} : { schema }) })
  const mime = createMimeReader({ threads: 1 })
  const settings = { ...DEFAULT_OUTBOX_SETTINGS, ...config.settings }
  const outbox: OutboxParts = { log, views, mime, settings, holder: config.holder, now: () => new Date() }
  const parts = [composing(outbox), sending(outbox), webhooks(outbox)]
  const manners = { ...DEFAULT_MANNERS, ...config.manners }
  const http = await createHttpApp(OutboxModule.on(outbox, parts, manners), {
    http: config.http,
    otherBodies: true,
    ownBody: isComposing,
    manners,
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
