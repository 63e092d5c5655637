import type { IncomingMessage } from 'node:http'
import type { ReadingRoom } from './reading-room.js'
import { refusals } from './refusals.js'

/** Raw mail, or raw mail with addresses in UTF-8 (RFC 6532). */
const MAIL_TYPES = ['message/rfc822', 'message/global']
/** Octets over the limit that are still read and thrown away, so that the sender gets to see the answer. */
const DRAIN_FACTOR = 4

const checkHeaders = (headers: IncomingMessage['headers'], limit: number): void => {
  const type = headers['content-type']
  if (!MAIL_TYPES.includes(type?.split(';')[0]?.trim().toLowerCase() ?? ''))
    throw refusals.wrongType(type?.slice(0, 100))
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding.toLowerCase() !== 'identity') throw refusals.encoded(encoding.slice(0, 100))
  if (Number(headers['content-length'] ?? 0) > limit) throw refusals.tooLarge(limit)
}

/** A raw mail in memory, whose room is given back by `done`. */
export interface RawMail {
  raw: Uint8Array
  done: () => void
}

/**
 * The body of a request as one mail.
 * @throws Problem 400, 413, 415, 503
 */
export const readRawMail = async (request: IncomingMessage, limit: number, room: ReadingRoom): Promise<RawMail> => {
  checkHeaders(request.headers, limit)
  const chunks: Buffer[] = []
  let size = 0
  const take = (chunk: Buffer): void => {
    if (size + chunk.length > limit) throw refusals.tooLarge(limit)
    room.take(chunk.length)
    size += chunk.length
    chunks.push(chunk)
  }
  try {
    await eachChunk(request, take)
  } catch (error) {
    room.giveBack(size)
    drain(request, limit * DRAIN_FACTOR)
    throw error
  }
  return { raw: Buffer.concat(chunks), done: () => room.giveBack(size) }
}

/** Hands over all chunks of a body, until the end or until one of them is not taken. The request stays open then. */
const eachChunk = (request: IncomingMessage, take: (chunk: Buffer) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = (then: () => void): void => {
      request.off('data', onData).off('end', onEnd).off('close', onClose)
      then()
    }
    const onData = (chunk: Buffer): void => {
      try {
        take(chunk)
      } catch (error) {
        stop(() => reject(error instanceof Error ? error : new Error(String(error))))
      }
    }
    const onEnd = (): void => stop(resolve)
    const onClose = (): void => stop(() => reject(refusals.incomplete()))
    // what went wrong does not matter: 'close' follows
    request.on('error', () => undefined)
    request.on('data', onData).on('end', onEnd).on('close', onClose)
  })

/** Reads on and throws away, so that the answer can be seen; whoever sends without end is cut off. */
const drain = (request: IncomingMessage, limit: number): void => {
  let drained = 0
  request.on('data', (chunk: Buffer) => {
    drained += chunk.length
    if (drained > limit) request.destroy()
  })
}
