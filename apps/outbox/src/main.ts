import { hostname } from 'node:os'
import { httpEnvironment, mannersOf } from '@skein/http'
import { logEnvironment, logOptionsOf, variablesOf } from '@skein/log'
import { z } from 'zod'
import type { DefaultTransport } from './parts.js'
import { startOutbox } from './start.js'

const transportUrl = z.url({ protocol: /^smtp$/ }).transform((text): DefaultTransport => {
  const { hostname: host, port } = new URL(text)
  return { host, port: Number(port === '' ? 25 : port) }
})

const environment = logEnvironment
  .extend(httpEnvironment.shape)
  .extend({
    DATABASE_URL: z.string().min(1),
    SKEIN_SCHEMA: z.string().default('skein'),
    HOST: z.string().default('0.0.0.0'),
    PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
    SKEIN_HOLDER: z.string().default(`${hostname()}-${process.pid}`),
    SKEIN_DEFAULT_TRANSPORT: transportUrl.optional(),
    SKEIN_EHLO_NAME: z.hostname().optional(),
    SKEIN_PUBLIC_URL: z.url().optional(),
    SKEIN_PRIVATE_WEBHOOKS: z.enum(['0', '1']).default('0'),
  })
  .parse(variablesOf(process.env))

const outbox = await startOutbox({
  log: logOptionsOf(environment, 'skein-outbox'),
  databaseUrl: environment.DATABASE_URL,
  schema: environment.SKEIN_SCHEMA,
  http: { host: environment.HOST, port: environment.PORT },
  holder: environment.SKEIN_HOLDER,
  manners: mannersOf(environment),
  settings: {
    defaultTransport: environment.SKEIN_DEFAULT_TRANSPORT ?? null,
    ehloName: environment.SKEIN_EHLO_NAME ?? null,
    publicUrl: environment.SKEIN_PUBLIC_URL ?? null,
    privateWebhooks: environment.SKEIN_PRIVATE_WEBHOOKS === '1',
  },
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void outbox.stop())
