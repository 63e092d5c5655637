import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'

/** Headers that are about one connection and not about the message (RFC 9110 §7.6.1). node answers `Expect` itself. */
const OF_THE_CONNECTION = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade', 'expect'],
])

/** The headers of a message that the next connection gets: without those of this one, and without what `Connection` names. */
export const passedHeaders = (headers: IncomingHttpHeaders): OutgoingHttpHeaders => {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase())
  const passed = Object.entries(headers).filter(([name]) => !OF_THE_CONNECTION.has(name) && !named.includes(name))
  return Object.fromEntries(passed)
}

/** Whether the message has a body; one without either header has none (RFC 9112 §6.3). */
export const hasBody = (headers: IncomingHttpHeaders): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

const frameOf = ({
  'transfer-encoding': coding,
  'content-length': length,
}: IncomingHttpHeaders): OutgoingHttpHeaders => {
  if (coding !== undefined) return { 'transfer-encoding': 'chunked' }
  return length === undefined ? {} : { 'content-length': length }
}

/**
 * The headers of a request that is passed on. The way its body is framed is said again, whatever `Connection` names: node sends
 * the body of a GET of unknown length without any frame, and the next server would take it for a request of its own.
 */
export const forwardedHeaders = (headers: IncomingHttpHeaders, from: string | undefined): OutgoingHttpHeaders => {
  const before = headers['x-forwarded-for']
  const way = [...(before === undefined ? [] : [before].flat()), ...(from === undefined ? [] : [from])]
  return {
    ...passedHeaders(headers),
    ...(way.length === 0 ? {} : { 'x-forwarded-for': way.join(', ') }),
    ...frameOf(headers),
  }
}
