import { CommandBus } from '@nestjs/cqrs'
import { createHttpApp, DEFAULT_MANNERS, type HttpApp, type HttpPlace, type Manners } from '@skein/http'
import { openLog, RequestServer, type LogOptions } from '@skein/log'
import { createMimeReader } from '@skein/mime'
import { AcceptMail } from './accept-mail.js'
import { IngestModule } from './ingest.module.js'
import { LogPresence } from './log-presence.js'
import { ReadingRoom } from './reading-room.js'
import { tokenReader } from './reply-token.js'
import { DEFAULT_SETTINGS, type MailSettings } from './settings.js'
import { keepOutgoing } from './smtp/keep-outgoing.js'
import { SmtpDoor, type SmtpParts } from './smtp/smtp-door.js'
import { defaultSmtpSettings, type SmtpConfig } from './smtp/smtp-settings.js'

export interface IngestConfig {
  log: LogOptions
  http: HttpPlace
  /** The SMTP door; without it there is none. */
  smtp?: SmtpConfig | null
  /** What is left out is as in `DEFAULT_SETTINGS`. */
  settings?: Partial<MailSettings>
  /** Threads that read mail which is more than plain text. */
  threads?: number
  /** Mail in is not counted as requests: its limit is the memory for what is being read. */
  manners?: Partial<Manners>
}

export interface RunningIngest {
  /** Address of the HTTP door; `null` where the port is shared. */
  url: string | null
  /** The express instance, for a port that is shared. */
  handler: HttpApp['handler']
  /** Where the SMTP door listens; `null` where it is off. */
  smtp: { host: string; port: number } | null
  stop(): Promise<void>
}

export const startIngest = async (config: IngestConfig): Promise<RunningIngest> => {
  const log = await openLog(config.log)
  const mime = createMimeReader(config.threads === undefined ? {} : { threads: config.threads })
  const settings = { ...DEFAULT_SETTINGS, ...config.settings }
  const smtp = config.smtp ? { ...defaultSmtpSettings(), ...config.smtp } : null
  const now = () => new Date()
  const room = new ReadingRoom(settings.maxReadingBytes)
  const presence = new LogPresence(log.connection)
  const accept: SmtpParts['accept'] = (raw, copies, arrival) =>
    http.app.get(CommandBus, { strict: false }).execute(new AcceptMail(raw, copies, 'smtp', arrival))
  const keep = smtp?.catchAll ? keepOutgoing({ log, now }) : null
  const door = smtp && new SmtpDoor(smtp, { directory: log.directory, mail: settings, room, now, accept, keep })
  const manners = { ...DEFAULT_MANNERS, ...config.manners }
  const parts = {
    log,
    presence,
    mime,
    settings,
    readToken: config.log.secret === undefined ? null : tokenReader(log.secrets),
    now,
    room,
    isKept: keep !== null,
    checks: { smtp: () => door?.state ?? { state: 'green', detail: 'off: SKEIN_SMTP_PORT is not set' } },
  }
  const module = IngestModule.on(parts, manners)
  const http = await createHttpApp(module, { http: config.http, otherBodies: true, manners })
  http.app.connectMicroservice({ strategy: new RequestServer({ log, queue: 'ingest' }) })
  await http.app.startAllMicroservices()
  const url = await http.start()
  const close = async (): Promise<void> => {
    await http.close()
    await mime.close()
    await log.close()
  }
  const place = await door?.listen().catch(async (error: unknown) => {
    await close()
    throw error
  })
  const stop = async (): Promise<void> => {
    await door?.stop()
    await close()
  }
  return { url, handler: http.handler, smtp: place ?? null, stop }
}
