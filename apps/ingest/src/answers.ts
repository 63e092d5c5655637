import { messageId } from '@skein/events'
import { Problem } from '@skein/http'
import { z } from 'zod'
import type { Accepted } from './accept-mail.js'

/** The 202 of the HTTP door. */
export const httpAnswerSchema = z.object({
  message_id: messageId,
  /** Which thread the mail belongs to is decided after it was accepted. */
  thread: z.null(),
  /** `<stream>:<sequence>` of the input record: what `wait_for` takes. */
  sequence: z.string(),
  /** What was wrong with the mail without keeping it out. */
  problems: z.array(z.string()),
})
export type HttpAnswer = z.infer<typeof httpAnswerSchema>

export const httpAnswer = ({ message, stream, sequence, problems }: Accepted): HttpAnswer => ({
  message_id: message,
  thread: null,
  sequence: `${stream}:${sequence}`,
  problems,
})

/** A problem (RFC 9457) without what belongs to HTTP only. */
const busError = z.looseObject({
  type: z.string(),
  title: z.string(),
  detail: z.string(),
  field: z.unknown().optional(),
  fix: z.unknown().optional(),
})

/** What the bus door answers. */
export const busAnswerSchema = z.discriminatedUnion('accepted', [
  z.object({
    accepted: z.literal(true),
    message_id: messageId,
    stream: z.string(),
    sequence: z.int().positive(),
    problems: z.array(z.string()),
  }),
  z.object({ accepted: z.literal(false), error: busError }),
])
export type BusAnswer = z.infer<typeof busAnswerSchema>

export const busAnswer = ({ message, stream, sequence, problems }: Accepted): BusAnswer => ({
  accepted: true,
  message_id: message,
  stream,
  sequence,
  problems,
})

/** An error for the bus; what nobody foresaw tells the sender nothing but that it may try again. */
export const busRefusal = (error: unknown): BusAnswer => {
  if (!(error instanceof Problem)) {
    const detail = 'Something failed here that should not have; the mail was not accepted.'
    return { accepted: false, error: { type: 'urn:skein:problem:internal', title: 'Internal error', detail } }
  }
  const { slug, title, detail, extra } = error
  return { accepted: false, error: { type: `urn:skein:problem:${slug}`, title, detail, ...extra } }
}
