import type { paths } from './schema.js'

/** The JSON that a GET of a path answers. */
export type Answer<P extends keyof paths> = paths[P] extends {
  get: { responses: { 200: { content: { 'application/json': infer D } } } }
}
  ? D
  : never

/** The query that a GET of a path takes. */
export type QueryOf<P extends keyof paths> = paths[P] extends { get: { parameters: { query?: infer Q } } }
  ? NonNullable<Q>
  : never

export type Inbox = Answer<'/v1/inboxes'>['inboxes'][number]
export type ThreadSummary = Answer<'/v1/threads'>['threads'][number]
/** Of a thread: as it is; with `as_of`, as it was. */
export type Thread = Exclude<Answer<'/v1/threads/{id}'>, { as_of: unknown }>
export type ThreadThen = Extract<Answer<'/v1/threads/{id}'>, { as_of: unknown }>
export type HistoryEntry = Answer<'/v1/threads/{id}/history'>['history'][number]
export type Message = Answer<'/v1/threads/{id}/messages'>['messages'][number]
export type LiveEvent = Answer<'/v1/events'>['events'][number]
