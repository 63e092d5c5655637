/** What the API lets its callers do; see `main.ts` for the names in the environment. */
export interface QuerySettings {
  /** Whether webhooks may go to plain HTTP and to private networks; the outbox has the same setting. */
  privateWebhooks: boolean
}

export const DEFAULT_QUERY_SETTINGS: QuerySettings = { privateWebhooks: false }
