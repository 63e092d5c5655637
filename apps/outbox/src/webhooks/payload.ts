import type { Webhook } from '@skein/log'
import { Webhook as Signer } from 'standardwebhooks'
import { z } from 'zod'
import type { Notice } from './notice.js'

/** The type of the event that a test sends. */
export const TEST_TYPE = 'skein.test'

/** What an endpoint is sent: what happened and where to read more, with a key; no content of mail, and no addresses. */
export const webhookPayload = z.object({
  type: z.string(),
  timestamp: z.iso.datetime(),
  data: z.object({
    event_id: z.string(),
    position: z.string().describe('`<partition>:<sequence>`: orders events of one space, and is what `wait_for` takes'),
    space: z.string(),
    thread_id: z.string(),
    message_id: z.string().nullable(),
    inbox: z.string().nullable(),
    links: z.object({ thread: z.string(), message: z.string().nullable(), event: z.string() }),
  }),
})
export type WebhookPayload = z.infer<typeof webhookPayload>

/** `publicUrl`: what links begin with; without it they begin with the path. */
export const payloadOf = (notice: Notice, publicUrl: string | null): WebhookPayload => {
  const link = (path: string): string => (publicUrl === null ? path : `${publicUrl.replace(/\/$/, '')}${path}`)
  const position = `${notice.partition}:${notice.sequence}`
  const { message, inboxes } = notice
  return {
    type: notice.type,
    timestamp: notice.time,
    data: {
      event_id: notice.id,
      position,
      space: notice.space,
      thread_id: notice.thread,
      message_id: message,
      inbox: inboxes.length === 1 ? (inboxes[0] ?? null) : null,
      links: {
        thread: link(`/v1/threads/${notice.thread}?wait_for=${position}`),
        message: message === null ? null : link(`/v1/messages/${message}?wait_for=${position}`),
        event: link(`/v1/events?thread=${notice.thread}&after=${notice.partition}:${notice.sequence - 1}&limit=1`),
      },
    },
  }
}

/** The text under which the secrets of an endpoint are sealed. */
export const sealedFor = (webhook: Webhook['id']): string => `webhook ${webhook} secret`

/** The headers of Standard Webhooks 1.0: one signature by each secret, so that a receiver can change to a new one at its leisure. */
export const signedHeaders = (
  body: string,
  { id, at, secrets }: { id: string; at: Date; secrets: readonly string[] },
): Record<string, string> => ({
  'content-type': 'application/json',
  'webhook-id': id,
  'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
  'webhook-signature': secrets.map((secret) => new Signer(secret).sign(id, at, body)).join(' '),
})
