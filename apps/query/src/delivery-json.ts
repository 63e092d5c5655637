import type { SendingDetail } from '@skein/views'
import type { DeliveryJson } from './answers/message.js'

/** What has become of a mail of ours; a mail that left from somewhere else has none. */
export const deliveryJson = (sending: SendingDetail | null): DeliveryJson | null =>
  sending && {
    status: sending.state,
    attempt: sending.attempt,
    from: sending.from,
    to: [...sending.to],
    send_at: sending.sendAt,
    next_try_at: sending.nextAt,
    on_unknown: sending.onUnknown,
    automatic: sending.automatic,
    reason: sending.reason,
    response: sending.response,
    refused: [...sending.refused],
    bounces: sending.bounces.map(({ by, status, recipients, at }) => ({ by, status, recipients: [...recipients], at })),
    queued_at: sending.queuedAt,
    updated_at: sending.updatedAt,
    sent_at: sending.sentAt,
  }
