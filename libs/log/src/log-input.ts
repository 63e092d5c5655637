import {
  deliveryRecord,
  type ComposedRecord,
  type DeliveryRecord,
  type InputReference,
  type ReceivedRecord,
} from '@skein/events'
import { sha256Of } from './checksum.js'
import { mailRecordOf } from './mail-log.js'

/** One input of the log: a mail, received or composed by us (then it has `outgoing`), or what came of an attempt to send one. */
export type LogInput =
  | { kind: 'mail'; position: InputReference; record: ReceivedRecord | ComposedRecord }
  | { kind: 'delivery'; position: InputReference; record: DeliveryRecord }

const decoder = new TextDecoder()

/** The input in a message of `MAIL-<p>`; `position` gets the digest of its bytes. @throws Error for what is no record */
export const inputOf = (
  { stream, sequence }: InputReference,
  { subject, data }: { subject: string; data: Uint8Array },
): LogInput => {
  const position = { stream, sequence, sha256: sha256Of(data) }
  return subject.endsWith('.delivery')
    ? { kind: 'delivery', position, record: deliveryRecord.parse(JSON.parse(decoder.decode(data))) }
    : { kind: 'mail', position, record: mailRecordOf(data) }
}
