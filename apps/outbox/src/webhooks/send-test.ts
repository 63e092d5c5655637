import { randomUUID } from 'node:crypto'
import type { CallerOf } from '@skein/http'
import type { Log } from '@skein/log'
import { z } from 'zod'
import { endpointSeen } from './endpoint-seen.js'
import { TEST_TYPE } from './payload.js'
import type { WebhookSender } from './sender.js'

export const testAnswer = z.object({
  delivered: z.boolean(),
  event_id: z.string(),
  status: z.int().nullable(),
  error: z.string().nullable(),
  ms: z.int(),
  answer: z.string().describe('The beginning of what the endpoint said.'),
})
export type TestAnswer = z.infer<typeof testAnswer>

/** Sends a made-up event once, also to an endpoint that is switched off, and says what came of it. @throws Problem 404 */
export const sendTest = async (log: Log, sender: WebhookSender, caller: CallerOf, id: string): Promise<TestAnswer> => {
  const endpoint = endpointSeen(log.directory, caller, id)
  const event = `test_${randomUUID().replaceAll('-', '')}`
  const at = new Date().toISOString()
  const payload = { type: TEST_TYPE, timestamp: at, data: { event_id: event, webhook_id: endpoint.id } }
  const { status, error, ms, answer } = await sender.sendPayload(endpoint, { id: event, payload })
  const made = { partition: 0, sequence: 0, event, type: TEST_TYPE, replay: null, attempt: 1, nextAt: null }
  await log.webhooks.noteAttempt({ v: 1, webhook: endpoint.id, kind: 'test', at, ms, status, error, ...made })
  return { delivered: error === null, event_id: event, status, error, ms, answer }
}
