import { asyncApi } from '@skein/events'
import { openApiOf } from '@skein/http'
import { busAnswerSchema, controllers as ingest } from '@skein/ingest'
import { controllers as outbox } from '@skein/outbox'
import { controllers as query } from '@skein/query'

/** Version of the API; its first number changes when a program that uses it would have to. */
const VERSION = '1.0.0'

const DESCRIPTION = `Raw mail in, conversations out.

A key sees its own account, and of that no more than the spaces and inboxes that it is restricted to; what belongs to another is
answered like what does not exist. Errors are problems of RFC 9457, whose \`type\` is for programs and whose \`fix\` says what to do.
Lists go on by \`next_cursor\`. A write answers with \`wait_for\`, which lets a read see it.

Live updates come from \`/v1/events\`, and the same by WebSocket from \`/v1/ws\`: the first messages are
\`{"authorization": "Bearer sk_…"}\`, where the header does not say it, and the query of \`/v1/events\` as an object, for instance
\`{"after": "0:12,2:40", "type": "MessageThreaded"}\`; each event is a text frame.`

const TAGS = {
  threads: 'Conversations: lists, read state, corrections',
  messages: 'Mails: text, raw bytes, attachments, why they are where they are',
  sending: 'New mail, replies and forwards, and what became of them',
  live: 'What happens, as it happens',
  mail: 'Raw mail in',
}

/** The HTTP API of all services together, as an OpenAPI 3.1 document. */
export const describedApi = (): object =>
  openApiOf([...query, ...ingest, ...outbox], {
    title: 'Skein',
    version: VERSION,
    description: DESCRIPTION,
    tags: TAGS,
  })

/** The bus as an AsyncAPI 3.0 document. */
export const describedBus = (): object => asyncApi({ version: VERSION, mailAnswer: busAnswerSchema })

export const documentText = (document: object): string => `${JSON.stringify(document, null, 2)}\n`
