import { DEFAULT_MANNERS, type Manners } from '@skein/http'

/** What the API lets its callers do; see `main.ts` for the names in the environment. */
export interface QuerySettings extends Manners {
  /** Whether webhooks may go to plain HTTP and to private networks; the outbox has the same setting. */
  privateWebhooks: boolean
}

export const DEFAULT_QUERY_SETTINGS: QuerySettings = { ...DEFAULT_MANNERS, privateWebhooks: false }
