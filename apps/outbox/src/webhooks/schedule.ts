const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** How long after an attempt that failed the next one comes: the schedule of Standard Webhooks 1.0. The first is at once. */
const DELAYS_MS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const

/** Attempts of one event, the first among them. */
export const MAX_ATTEMPTS = DELAYS_MS.length + 1
/** Later attempts are spread by up to this part of their delay, so that an endpoint that comes back is not hit by all at once. */
const JITTER = 0.2
/** What an endpoint may ask for at most by Retry-After; beyond that its answers would outlive the record of attempts. */
export const MAX_RETRY_AFTER_MS = 24 * HOUR
/** An endpoint that took nothing for so long, while an event failed for the last time, is switched off. */
const SILENCE_MS = 5 * 24 * HOUR

/**
 * When the attempt after this one is due; `null` after the last one. `chance` is in [0, 1). A wish of the endpoint
 * (`retryAfterMs`, of 429 and 503) is met where it is longer than the schedule, up to a day.
 */
export const nextAttempt = (failed: {
  attempt: number
  at: Date
  chance: number
  retryAfterMs: number | null
}): Date | null => {
  const delay = DELAYS_MS[failed.attempt - 1]
  if (delay === undefined) return null
  const spread = delay * (1 + JITTER * failed.chance)
  const asked = Math.min(failed.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS)
  return new Date(failed.at.getTime() + Math.round(Math.max(spread, asked)))
}

/** Milliseconds of a Retry-After header (RFC 9110 §10.2.3: seconds, or a date); `null` where there is none, or no sense in it. */
export const retryAfterOf = (header: string | null, now: Date): number | null => {
  if (header === null) return null
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * SECOND
  const at = Date.parse(header)
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime())
}

/**
 * Whether an endpoint whose event failed for the last time is to be switched off: it has failed for 5 days in the partition of
 * the event, and took nothing in any other. `successes`: the last one in each partition. Times are ISO 8601.
 */
export const isSilent = (endpoint: {
  failingSince: string | null
  successes: readonly (string | null)[]
  now: Date
}): boolean => {
  const since = endpoint.now.getTime() - SILENCE_MS
  const { failingSince, successes } = endpoint
  if (failingSince === null || Date.parse(failingSince) > since) return false
  return successes.every((success) => success === null || Date.parse(success) <= since)
}
