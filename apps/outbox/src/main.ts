import { logEnvironment, logOptionsOf } from '@skein/log'
import { z } from 'zod'
import { startOutbox } from './start.js'

const environment = logEnvironment
  .extend({ HOST: z.string().default('0.0.0.0'), PORT: z.coerce.number().int().min(0).max(65_535).default(8080) })
  .parse(process.env)
const { HOST: host, PORT: port } = environment
const outbox = await startOutbox({ log: logOptionsOf(environment, 'skein-outbox'), http: { host, port } })
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void outbox.stop())
