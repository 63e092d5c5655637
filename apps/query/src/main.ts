import { httpEnvironment, mannersOf } from '@skein/http'
import { logEnvironment, logOptionsOf, variablesOf } from '@skein/log'
import { z } from 'zod'
import { startQuery } from './start.js'

const address = z.url({ protocol: /^https?$/ })
const environment = logEnvironment
  .extend(httpEnvironment.shape)
  .extend({
    HOST: z.string().default('0.0.0.0'),
    PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
    DATABASE_URL: z.string().min(1),
    SKEIN_SCHEMA: z.string().default('skein'),
    SKEIN_REBUILD: z.enum(['auto', 'wait']).default('auto'),
    SKEIN_PRIVATE_WEBHOOKS: z.enum(['0', '1']).default('0'),
    SKEIN_INGEST_URL: address.optional(),
    SKEIN_OUTBOX_URL: address.optional(),
  })
  .parse(variablesOf(process.env))

const query = await startQuery({
  log: logOptionsOf(environment, 'skein-query'),
  databaseUrl: environment.DATABASE_URL,
  schema: environment.SKEIN_SCHEMA,
  waitForRebuild: environment.SKEIN_REBUILD === 'wait',
  http: { host: environment.HOST, port: environment.PORT },
  manners: mannersOf(environment),
  passOnTo: { ingest: environment.SKEIN_INGEST_URL, outbox: environment.SKEIN_OUTBOX_URL },
  settings: { privateWebhooks: environment.SKEIN_PRIVATE_WEBHOOKS === '1' },
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void query.stop())
