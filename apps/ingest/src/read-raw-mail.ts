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

/**
 * The body of a request as one mail. What was taken in the room is given back by the caller's `done`.
 * @throws Problem 400, 413, 415, 503
 */
export const readRawMail = async (
  request: IncomingMessage,
  limit: number,
  room: ReadingRoom,
): Promise<{ raw: Uint8Array; done: () => void }> => {
  checkHeaders(request.headers, limit)
  const chunks: Buffer[] = []
  let size = 0
  try {
    await new Promise<void>((resolve, reject) => {
      const refuse = (error: unknown): void => {
        request.off('data', onData)
        drain(request, limit * DRAIN_FACTOR)
        reject(error instanceof Error ? error : new Error(String(error)))
      }
      const onData = (chunk: Buffer): void => {
        if (size + chunk.length > limit) return refuse(refusals.tooLarge(limit))
        try {
          room.take(chunk.length)
        } catch (error) {
          return refuse(error)
        }
        size += chunk.length
        chunks.push(chunk)
      }
      request.on('data', onData)
      request.once('end', resolve)
      for (const event of ['error', 'close']) request.once(event, () => reject(refusals.incomplete()))
    })
  } catch (error) {
    room.giveBack(size)
    throw error
  }
  return { raw: Buffer.concat(chunks), done: () => room.giveBack(size) }
}

const drain = (request: IncomingMessage, limit: number): void => {
  let drained = 0
  request.on('data', (chunk: Buffer) => {
    drained += chunk.length
    if (drained > limit) request.destroy()
  })
}
