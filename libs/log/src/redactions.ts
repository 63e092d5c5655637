import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream'
import { headers as newHeaders, type MsgHdrs } from '@nats-io/transport-node'
import type { LogPosition } from '@skein/events'

export const REDACTED_STREAM = 'REDACTED'
/** What stands in the place of a message carries this header. */
const REDACTED_HEADER = 'skein-redacted'
const PUBLISH = { timeout: 10_000, retries: 3 }

/** What stands in the place of a message whose content was erased: its headers, the chain among them, and what is left of its body. */
export interface Redaction {
  headers: MsgHdrs
  data: Uint8Array
}

const subjectOf = ({ stream, sequence }: LogPosition): string => `skein.redacted.${stream}.${sequence}`

/**
 * What erasure leaves of messages of the log. A stream cannot change a message, so what is left is stored here under the place of
 * the old one, and then the old one is taken out for good; whoever reads the log and finds a gap looks here. Erasure is rare, so
 * a subject for each place costs little.
 */
export class Redactions {
  constructor(
    private readonly js: JetStreamClient,
    private readonly jsm: JetStreamManager,
  ) {}

  /** Whether there is any: without, a gap need not be looked into message by message. */
  async isEmpty(): Promise<boolean> {
    return (await this.jsm.streams.info(REDACTED_STREAM)).state.messages === 0
  }

  /** `null` where nothing stands in the place of that message. */
  async at(place: LogPosition): Promise<Redaction | null> {
    const found = await this.jsm.direct.getMessage(REDACTED_STREAM, { last_by_subj: subjectOf(place) })
    return found === null ? null : { headers: found.header, data: found.data }
  }

  /**
   * Puts `body` in the place of a message, and takes the message out, overwriting it on disk. A crash between the two steps leaves
   * both, and doing it again comes to the same. Needs the right to delete.
   */
  async replace(place: LogPosition, before: MsgHdrs | undefined, body: string): Promise<void> {
    const head = newHeaders()
    for (const name of before?.keys() ?? []) if (!name.startsWith('Nats-')) head.set(name, before?.get(name) ?? '')
    head.set(REDACTED_HEADER, '1')
    await this.js.publish(subjectOf(place), body, { ...PUBLISH, headers: head })
    await this.remove(place)
  }

  /** Takes a message out for good: a piece of raw mail, of which nothing is left. */
  async remove({ stream, sequence }: LogPosition): Promise<void> {
    await this.jsm.streams.deleteMessage(stream, sequence, true)
  }
}
