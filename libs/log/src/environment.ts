import { z } from 'zod'
import type { LogOptions } from './log.js'

/** The part of the environment that says where the log is; every service reads it once, at its start. */
export const logEnvironment = z.object({
  NATS_URL: z.string().default('nats://127.0.0.1:4222'),
  NATS_USER: z.string().optional(),
  NATS_PASSWORD: z.string().optional(),
  NATS_MONITOR_URL: z.url().optional(),
  SKEIN_PARTITIONS: z.coerce.number().int().min(1).max(64).default(4),
  SKEIN_REPLICAS: z.coerce.number().int().min(1).max(5).default(1),
  /** Signs and encrypts what leaves and what rests; see `Secrets`. */
  SKEIN_SECRET: z.string().optional(),
  SKEIN_UNSAFE_ASYNC_FSYNC: z.enum(['0', '1']).default('0'),
})

/** The variables that are set. One that is empty counts as none: so a compose file hands on what nobody gave. */
export const variablesOf = (environment: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(environment).flatMap(([name, value]) => (value ? [[name, value]] : [])))

export const logOptionsOf = (environment: z.infer<typeof logEnvironment>, name: string): LogOptions => ({
  url: environment.NATS_URL,
  name,
  partitions: environment.SKEIN_PARTITIONS,
  user: environment.NATS_USER,
  password: environment.NATS_PASSWORD,
  monitorUrl: environment.NATS_MONITOR_URL,
  replicas: environment.SKEIN_REPLICAS,
  secret: environment.SKEIN_SECRET,
  allowUnsafeFsync: environment.SKEIN_UNSAFE_ASYNC_FSYNC === '1',
})
