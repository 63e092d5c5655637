export { addressOf, createHttpApp, prepareServer } from './app.js'
export type { HttpApp, HttpAppOptions, HttpPlace } from './app.js'
export {
  ApiKeyGuard,
  Caller,
  callerWith,
  hashOfKey,
  hasScope,
  hasWholeAccount,
  KEYS,
  mayUse,
  mayUseSpace,
  Needs,
  Public,
} from './api-key.js'
export type { CallerOf, KeyLookup, KnownKey, Scope } from './api-key.js'
export { Describe, DESCRIPTION } from './describe.js'
export type { Description } from './describe.js'
export {
  ChanceOf,
  freshChance,
  IDEMPOTENCY,
  Idempotent,
  IDEMPOTENT,
  idempotencyKeyOf,
  keyReused,
} from './idempotent.js'
export type { BegunRequest, Chance, IdempotencyStore, KeptAnswer } from './idempotent.js'
export { invalidInput, SchemaPipe } from './invalid-input.js'
export { DEFAULT_MANNERS, httpEnvironment, mannersOf } from './manners.js'
export type { Manners } from './manners.js'
export { counter, gauge, metricsController } from './metrics.js'
export { ingestOwns, isComposing, outboxOwns } from './owners.js'
export { badRequest, notFound, Problem } from './problem.js'
export type { ProblemExtra } from './problem.js'
export { problemBody, problemFrom, ProblemFilter } from './problem-filter.js'
export { takeRequest, type RateLimiter } from './rate-limit.js'
export { requestIdOf } from './request-id.js'
export { HEALTH, HealthController, healthOf } from './health.js'
export type { HealthCheck, HealthState } from './health.js'
export { openApiOf } from './openapi/document.js'
export type { DocumentOptions } from './openapi/document.js'
export { routesOf } from './openapi/routes.js'
export type { Route } from './openapi/routes.js'
export { named } from './openapi/named.js'
