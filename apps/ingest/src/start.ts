import { createHttpApp, type HttpApp, type HttpPlace } from '@skein/http'
import { openLog, RequestServer, type LogOptions } from '@skein/log'
import { createMimeReader } from '@skein/mime'
import { IngestModule } from './ingest.module.js'
import { LogPresence } from './log-presence.js'
import { DEFAULT_SETTINGS, type MailSettings } from './settings.js'

export interface IngestConfig {
  log: LogOptions
  http: HttpPlace
  /** What is left out is as in `DEFAULT_SETTINGS`. */
  settings?: Partial<MailSettings>
  /** Threads that read mail which is more than plain text. */
  threads?: number
}

export interface RunningIngest {
  /** Address of the HTTP door; `null` where the port is shared. */
  url: string | null
  /** The express instance, for a port that is shared. */
  handler: HttpApp['handler']
  stop(): Promise<void>
}

/** Whether a request is for this service, where it shares its port with another. */
export const ingestOwns = (method: string, path: string): boolean =>
  method === 'POST' && /^\/v1\/inboxes\/[^/]+\/mail\/?$/.test(path)

export const startIngest = async (config: IngestConfig): Promise<RunningIngest> => {
  const log = await openLog(config.log)
  const mime = createMimeReader(config.threads === undefined ? {} : { threads: config.threads })
  const settings = { ...DEFAULT_SETTINGS, ...config.settings }
  const module = IngestModule.on({
    log,
    presence: new LogPresence(log.connection),
    mime,
    settings,
    now: () => new Date(),
  })
  const http = await createHttpApp(module, { http: config.http, otherBodies: true })
  http.app.connectMicroservice({ strategy: new RequestServer({ log, queue: 'ingest' }) })
  await http.app.startAllMicroservices()
  const url = await http.start()
  const stop = async (): Promise<void> => {
    await http.close()
    await mime.close()
    await log.close()
  }
  return { url, handler: http.handler, stop }
}
