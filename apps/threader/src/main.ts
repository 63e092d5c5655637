import { hostname } from 'node:os'
import { httpEnvironment, mannersOf } from '@skein/http'
import { logEnvironment, logOptionsOf, variablesOf } from '@skein/log'
import { z } from 'zod'
import { startThreader } from './start.js'

const environment = logEnvironment
  .extend(httpEnvironment.shape)
  .extend({
    DATABASE_URL: z.string().min(1),
    SKEIN_SCHEMA: z.string().default('skein'),
    SKEIN_REBUILD: z.enum(['auto', 'wait']).default('auto'),
    HOST: z.string().default('0.0.0.0'),
    PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
    SKEIN_HOLDER: z.string().default(`${hostname()}-${process.pid}`),
  })
  .parse(variablesOf(process.env))

const threader = await startThreader({
  log: logOptionsOf(environment, 'skein-threader'),
  databaseUrl: environment.DATABASE_URL,
  schema: environment.SKEIN_SCHEMA,
  waitForRebuild: environment.SKEIN_REBUILD === 'wait',
  http: { host: environment.HOST, port: environment.PORT },
  holder: environment.SKEIN_HOLDER,
  manners: mannersOf(environment),
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void threader.stop())
