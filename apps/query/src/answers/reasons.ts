import { evidence, messageId, rival, spaceId, threadId } from '@skein/events'
import { address } from '@skein/mail'
import { clientNames } from '@skein/threading'
import { z } from 'zod'
import { nextCursor, standing, time } from './standing.js'

/** `words` are for a person, the most important first; the rest says the same for programs. */
export const explanation = z.object({
  message_id: z.string(),
  thread_id: z.string(),
  rule: z.string(),
  confidence: z.string(),
  words: z.array(z.string()),
  evidence: z.array(evidence),
  rivals: z.array(rival),
  /** What was noted about it when it came and later, by rules and by people. */
  notes: z.array(z.object({ type: z.string(), position: z.int(), time })),
})
export type ExplanationJson = z.infer<typeof explanation>

export const diagnosis = z.object({
  message_id: z.string(),
  thread_id: z.string(),
  /** How many mails it was compared with: its thread, what it may have been meant to join, and mails with its Message-ID. */
  compared_with: z.int().nonnegative(),
  checks: z.array(
    z.object({
      check: z.enum(['message-id', 'in-reply-to', 'references', 'subject', 'thread-index']),
      ok: z.enum(['yes', 'no', 'cannot tell']),
      found: z.string(),
      mend: z.string().nullable(),
      /** The Message-ID that was probably meant. */
      meant: z.string().nullable(),
    }),
  ),
})
export type DiagnosisJson = z.infer<typeof diagnosis>

export const simulation = z.object({
  clients: z.array(
    z.object({
      client: z.enum(clientNames),
      title: z.string(),
      conversations: z.int().nonnegative(),
      messages: z.array(
        z.object({
          /** Where the mail is from: the stored thread, the request's messages, its draft. */
          source: z.enum(['thread', 'messages', 'draft']),
          id: z.string().nullable(),
          message_id: z.string().nullable(),
          subject: z.string(),
          conversation: z.int().positive(),
          rule: z.string(),
          because: z.string(),
          /** Place, from 0, of the message in this list that it was tied to. */
          tied_to: z.int().nonnegative().nullable(),
          sureness: z.enum(['specification', 'vendor text', 'code', 'reports', 'thin']),
        }),
      ),
    }),
  ),
})
export type Simulation = z.infer<typeof simulation>

/** A thread that a message could belong to: what `accept` and `refuse` of the message take as `thread`. */
const offer = z.object({
  message_id: messageId,
  thread_id: threadId,
  space: spaceId,
  subject: z.string(),
  from: z.array(address),
  snippet: z.string(),
  received_at: time,
  candidate: z.object({ thread_id: threadId, subject: z.string() }),
  offered_at: time,
  rule: z.string().nullable(),
  /** Why it is kept apart, of mail in quarantine. */
  reason: z.string().nullable(),
  evidence: z.array(evidence),
})
export const suggestionList = z.object({ suggestions: z.array(offer), next_cursor: nextCursor, ...standing })
export const quarantineList = z.object({ quarantine: z.array(offer), next_cursor: nextCursor, ...standing })
export type OfferJson = z.infer<typeof offer>
export type SuggestionList = z.infer<typeof suggestionList>
export type QuarantineList = z.infer<typeof quarantineList>
