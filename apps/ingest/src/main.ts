import { logEnvironment, logOptionsOf } from '@skein/log'
import { z } from 'zod'
import { DEFAULT_SETTINGS } from './settings.js'
import { startIngest } from './start.js'

const count = z.coerce.number().int().positive()
const environment = logEnvironment
  .extend({
    HOST: z.string().default('0.0.0.0'),
    PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
    SKEIN_MAX_MAIL_BYTES: count.default(DEFAULT_SETTINGS.maxMailBytes),
    SKEIN_MAX_READING_BYTES: count.default(DEFAULT_SETTINGS.maxReadingBytes),
    SKEIN_MAX_RECEIVED_LINES: count.default(DEFAULT_SETTINGS.maxReceivedLines),
    SKEIN_AUTHSERV_ID: z.string().min(1).optional(),
    SKEIN_MIME_THREADS: count.default(1),
  })
  .parse(process.env)

const ingest = await startIngest({
  log: logOptionsOf(environment, 'skein-ingest'),
  http: { host: environment.HOST, port: environment.PORT },
  settings: {
    maxMailBytes: environment.SKEIN_MAX_MAIL_BYTES,
    maxReadingBytes: environment.SKEIN_MAX_READING_BYTES,
    maxReceivedLines: environment.SKEIN_MAX_RECEIVED_LINES,
    authservId: environment.SKEIN_AUTHSERV_ID ?? null,
  },
  threads: environment.SKEIN_MIME_THREADS,
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void ingest.stop())
