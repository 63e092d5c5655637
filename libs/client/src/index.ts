export { answerOf, createClient, type Client, type ClientOptions } from './client.js'
export { events, type EventsOptions } from './events.js'
export { pages, type ListPath } from './pages.js'
export { SkeinProblem } from './problem.js'
export type { components, operations, paths } from './schema.js'
export type {
  Answer,
  HistoryEntry,
  Inbox,
  LiveEvent,
  Message,
  QueryOf,
  Thread,
  ThreadSummary,
  ThreadThen,
} from './types.js'
