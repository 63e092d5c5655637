import { readFileSync } from 'node:fs'
import { httpEnvironment, mannersOf } from '@skein/http'
import { logEnvironment, logOptionsOf, variablesOf } from '@skein/log'
import { z } from 'zod'
import { DEFAULT_SETTINGS } from './settings.js'
import type { SmtpConfig } from './smtp/smtp-settings.js'
import { startIngest } from './start.js'

const count = z.coerce.number().int().positive()
const environment = logEnvironment
  .extend(httpEnvironment.shape)
  .extend({
    HOST: z.string().default('0.0.0.0'),
    PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
    SKEIN_MAX_MAIL_BYTES: count.default(DEFAULT_SETTINGS.maxMailBytes),
    SKEIN_MAX_READING_BYTES: count.default(DEFAULT_SETTINGS.maxReadingBytes),
    SKEIN_MAX_RECEIVED_LINES: count.default(DEFAULT_SETTINGS.maxReceivedLines),
    SKEIN_AUTHSERV_ID: z.string().min(1).optional(),
    SKEIN_MIME_THREADS: count.default(1),
    SKEIN_SMTP_HOST: z.string().default('0.0.0.0'),
    SKEIN_SMTP_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
    SKEIN_SMTP_NAME: z.string().min(1).optional(),
    SKEIN_SMTP_TRUSTED: z.string().default(''),
    SKEIN_SMTP_TLS_CERT: z.string().optional(),
    SKEIN_SMTP_TLS_KEY: z.string().optional(),
    SKEIN_SMTP_CATCH_ALL: z.enum(['0', '1']).default('0'),
  })
  .parse(variablesOf(process.env))

const smtpOf = (): SmtpConfig | null => {
  const { SKEIN_SMTP_PORT: port, SKEIN_SMTP_NAME: name, SKEIN_SMTP_TRUSTED: trusted } = environment
  const { SKEIN_SMTP_TLS_CERT: cert, SKEIN_SMTP_TLS_KEY: key } = environment
  if (port === undefined) return null
  return {
    host: environment.SKEIN_SMTP_HOST,
    port,
    catchAll: environment.SKEIN_SMTP_CATCH_ALL === '1',
    ...(name === undefined ? {} : { name }),
    trusted: trusted.split(',').filter((entry) => entry.trim() !== ''),
    tls: cert && key ? { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') } : null,
  }
}

const ingest = await startIngest({
  log: logOptionsOf(environment, 'skein-ingest'),
  http: { host: environment.HOST, port: environment.PORT },
  manners: mannersOf(environment),
  smtp: smtpOf(),
  settings: {
    maxMailBytes: environment.SKEIN_MAX_MAIL_BYTES,
    maxReadingBytes: environment.SKEIN_MAX_READING_BYTES,
    maxReceivedLines: environment.SKEIN_MAX_RECEIVED_LINES,
    authservId: environment.SKEIN_AUTHSERV_ID ?? null,
  },
  threads: environment.SKEIN_MIME_THREADS,
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void ingest.stop())
