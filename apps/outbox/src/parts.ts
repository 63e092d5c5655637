import type { DynamicModule } from '@nestjs/common'
import type { HealthCheck } from '@skein/http'
import type { EventStreamOptions, Log } from '@skein/log'
import type { MimeReader } from '@skein/mime'
import type { Views } from '@skein/views'
import { SMTP_PATIENCE, type SmtpPatience } from './sending/smtp-attempt.js'

/** The SMTP server of the instance itself: mail of inboxes without a transport of their own leaves by it. */
export interface DefaultTransport {
  host: string
  port: number
}

/** What this service sends with and by; see `main.ts` for the names in the environment. */
export interface OutboxSettings {
  /** `null`: an inbox needs a transport of its own, or of its domain. */
  defaultTransport: DefaultTransport | null
  /** Octets of a composed mail, and of the request for one, at most. */
  maxMailBytes: number
  /** Recipients of one mail at most. */
  maxRecipients: number
  /** Mails that an inbox and an account may send within an hour. */
  inboxPerHour: number
  accountPerHour: number
  /** Attempts of one mail before it fails. */
  maxAttempts: number
  /** Wait after the first attempt, in milliseconds; later ones are multiples of it (sending/back-off.ts). */
  retryBaseMs: number
  /** What this service calls itself to a server (EHLO); `null` for the name of the machine. */
  ehloName: string | null
  /** How patient an attempt is with a server. */
  smtp: SmtpPatience
  /** Mails that are sent at one time, by one transport and in all. */
  sendsPerTransport: number
  sendsAtOnce: number
  /** How long an attempt that another process began may stay without an outcome, before that is `unknown`; milliseconds. */
  takeoverMs: number
  /** How long what is under way may take to its end when the service stops, milliseconds. */
  stopMs: number
  /** Whether webhooks may go to addresses of this machine and of private networks. For tests, and for networks that are trusted. */
  privateWebhooks: boolean
  /** The address that links in webhooks begin with; `null` for links without one. */
  publicUrl: string | null
}

export const DEFAULT_OUTBOX_SETTINGS: OutboxSettings = {
  defaultTransport: null,
  maxMailBytes: 25 * 1024 * 1024,
  maxRecipients: 100,
  inboxPerHour: 1_000,
  accountPerHour: 10_000,
  maxAttempts: 12,
  retryBaseMs: 60_000,
  ehloName: null,
  smtp: SMTP_PATIENCE,
  sendsPerTransport: 5,
  sendsAtOnce: 20,
  takeoverMs: 5_000,
  stopMs: 10_000,
  privateWebhooks: false,
  publicUrl: null,
}

/** What the parts of the outbox work with. */
export interface OutboxParts {
  readonly log: Log
  /** Only read: what is open, and what is answered. */
  readonly views: Views
  readonly mime: MimeReader
  readonly settings: OutboxSettings
  /** Name of this process among the holders of leases. */
  readonly holder: string
  readonly now: () => Date
}
export const OUTBOX = Symbol('OUTBOX')

/** One part of this service: its controllers and handlers, the events that it follows, and its health. */
export interface OutboxPart {
  readonly module: DynamicModule
  /** Readers of the log, each with a handler of its own `pattern` among the module's controllers. */
  readonly streams: readonly Omit<EventStreamOptions, 'log'>[]
  readonly checks: Readonly<Record<string, HealthCheck>>
  /** Lets what is under way come to its end, in bounded time. */
  readonly stop: () => Promise<void>
}
