import type { JsMsg } from '@nats-io/jetstream'
import { MsgImpl } from '@nats-io/nats-core/internal'
import type { MsgHdrs } from '@nats-io/transport-node'

/** The headers of a stored message, by name in lower case; of several of one name the first. */
export type Attributes = Readonly<Record<string, string>>

export const attributesIn = (headers: MsgHdrs | undefined): Attributes => {
  const attributes: Record<string, string> = {}
  for (const [key, [value = '']] of headers ?? []) attributes[key.toLowerCase()] ??= value
  return attributes
}

const decoder = new TextDecoder()
const LINE_END = '\r\n'

/** A header block as it is on the wire: a line with the version, then a line for each header, then an empty one (NATS, “HMSG”). */
const attributesOnWire = (block: Uint8Array): Attributes => {
  const text = decoder.decode(block)
  const attributes: Record<string, string> = {}
  let at = text.indexOf(LINE_END) + LINE_END.length
  for (let end = text.indexOf(LINE_END, at); end > at; end = text.indexOf(LINE_END, at)) {
    const colon = text.indexOf(':', at)
    if (colon !== -1 && colon < end)
      attributes[text.slice(at, colon).toLowerCase()] ??= text.slice(colon + 1, end).trim()
    at = end + LINE_END.length
  }
  return attributes
}

/**
 * The headers of a message that was just received. The client's own headers cost a few hundred objects a message, two fifths of
 * what a rebuild throws away; so they are read from the block that it keeps, and asked of it only where it keeps none.
 */
export const attributesOf = (message: Pick<JsMsg, 'headers'>): Attributes => {
  const received: unknown = 'msg' in message ? message.msg : undefined
  return received instanceof MsgImpl && received._msg.hdr > 0
    ? attributesOnWire(received._rdata.subarray(0, received._msg.hdr))
    : attributesIn(message.headers)
}
