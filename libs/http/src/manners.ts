import { z } from 'zod'

/** How the API meets its callers; see `httpEnvironment` for the names in the environment. */
export interface Manners {
  /** Origins of web pages that browsers let in; `*` for all of them. */
  readonly corsOrigins: readonly string[]
  /** Requests of a key in a minute; `null` for any number. */
  readonly requestsPerMinute: number | null
  /** Whether `/metrics` needs no key, as for a port that only a network of one's own reaches. */
  readonly publicMetrics: boolean
}

export const DEFAULT_MANNERS: Manners = { corsOrigins: [], requestsPerMinute: null, publicMetrics: false }

const isOrigin = (text: string): boolean => text === '*' || (URL.canParse(text) && new URL(text).origin === text)
const origins = z
  .string()
  .default('')
  .transform((text) => text.split(/[\s,]+/).filter((one) => one !== ''))
  .refine((all) => all.every(isOrigin), 'takes origins such as https://app.example.com, with commas between, or *')

/** The part of the environment that services with an HTTP port have in common. */
export const httpEnvironment = z.object({
  SKEIN_CORS_ORIGINS: origins,
  /** 0: any number. */
  SKEIN_REQUESTS_PER_MINUTE: z.coerce.number().int().min(0).max(10_000_000).default(3_000),
  SKEIN_METRICS_PUBLIC: z.enum(['0', '1']).default('0'),
})

export const mannersOf = (environment: z.infer<typeof httpEnvironment>): Manners => ({
  corsOrigins: environment.SKEIN_CORS_ORIGINS,
  requestsPerMinute: environment.SKEIN_REQUESTS_PER_MINUTE || null,
  publicMetrics: environment.SKEIN_METRICS_PUBLIC === '1',
})
