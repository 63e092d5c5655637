const MAIL_IN = /^\/v1\/inboxes\/[^/]+\/mail\/?$/
const DEV_OUTBOX = /^\/v1\/dev\/outbox(?:\/[^/]*){0,2}$/

/** Whether a request, by its method and its path without the query, is for ingest and not for the public door itself. */
export const ingestOwns = (method: string, path: string): boolean =>
  method === 'POST' ? MAIL_IN.test(path) : (method === 'GET' || method === 'HEAD') && DEV_OUTBOX.test(path)

const SENDING =
  /^\/v1\/(?:inboxes\/[^/]+\/send|threads\/[^/]+\/reply|messages\/[^/]+\/(?:reply|reply-all|forward))(?:\/plan)?\/?$/
const SENT = /^\/v1\/messages\/[^/]+\/(?:cancel|resend|settle)\/?$/
const OUTBOX_LIST = /^\/v1\/outbox\/?$/
const WEBHOOKS = /^\/v1\/webhooks\/[^/]+\/(?:attempts|replay|test)\/?$/

/** Whether a call is for one that composes mail: its body may be larger than that of a command. */
export const isComposing = (method: string, path: string): boolean => method === 'POST' && SENDING.test(path)

/** Whether a request, by its method and its path without the query, is for the outbox and not for the public door itself. */
export const outboxOwns = (method: string, path: string): boolean =>
  method === 'POST'
    ? SENDING.test(path) || SENT.test(path) || WEBHOOKS.test(path)
    : (method === 'GET' || method === 'HEAD') && (OUTBOX_LIST.test(path) || WEBHOOKS.test(path))
