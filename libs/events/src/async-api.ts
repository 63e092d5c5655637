import { z } from 'zod'
import { eventTypes } from './events.js'

type Json = Readonly<Record<string, unknown>>

const ref = ($ref: string): Json => ({ $ref })

/** AsyncAPI's own dialect is draft 7; ours is named. */
const schemaOf = (schema: z.ZodType): Json => {
  const { $schema: _, '~standard': __, ...rest } = z.toJSONSchema(schema, { io: 'output' }) as Record<string, unknown>
  return { schemaFormat: 'application/schema+json;version=draft-2020-12', schema: rest }
}

/** Attributes of CloudEvents 1.0 in binary mode (`encodeEvent`). */
const headers = z.object({
  'ce-specversion': z.literal('1.0'),
  'ce-id': z.string().describe('Unique in the instance, and the same after every replay'),
  'ce-type': z.string().describe('`skein.` and the name of the message'),
  'ce-source': z.string().describe('`/skein/spaces/<space>`'),
  'ce-subject': z.string().describe('The thread'),
  'ce-space': z.string(),
  'ce-time': z.iso.datetime(),
  'ce-dataversion': z.string().describe('Version of the shape of the data'),
  'ce-cause': z.string().describe('`input <stream> <sequence>` or `command <id> <name> <actor>`'),
})

const wordsOf = (type: string): string => type.replace(/\B[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`)

const eventMessages = Object.fromEntries(
  Object.entries(eventTypes).map(([name, { v, data }]) => [
    name,
    {
      name: `skein.${name}`,
      title: wordsOf(name),
      contentType: 'application/json',
      headers: ref('#/components/schemas/EventHeaders'),
      payload: schemaOf(data),
      'x-data-version': v,
    },
  ]),
)
const eventNames = Object.keys(eventTypes)

const channels = {
  events: {
    address: 'skein.events.{partition}.{space}.{event}',
    title: 'What was decided',
    description:
      'Events in the order of their partition, kept for ever in the streams EVENTS-<partition>. A plain subscription sees them ' +
      'from now on; a consumer of the stream, from any sequence.',
    parameters: {
      partition: { description: 'The partition of the space: 0 and up' },
      space: { description: 'Id of the space' },
      event: { description: 'Type of the event', enum: eventNames },
    },
    messages: Object.fromEntries(eventNames.map((name) => [name, ref(`#/components/messages/${name}`)])),
  },
  mail: {
    address: 'skein.in.{inbox}',
    title: 'Mail to come in',
    description: 'A request with a raw mail as its payload; the answer comes when it is on disk.',
    parameters: { inbox: { description: 'Id of the inbox' } },
    messages: { mail: ref('#/components/messages/Mail') },
  },
  mailAnswer: {
    address: null,
    title: 'The answer to a mail',
    messages: { answer: ref('#/components/messages/MailAnswer') },
  },
}

const operations = {
  tellEvent: { action: 'send', channel: ref('#/channels/events'), summary: 'Skein tells what it decided' },
  takeMail: {
    action: 'receive',
    channel: ref('#/channels/mail'),
    summary: 'Skein takes a mail in',
    reply: { channel: ref('#/channels/mailAnswer') },
  },
}

/**
 * What the bus offers to other systems, as an AsyncAPI 3.0 document, made of the schemas that events are checked with.
 * `mailAnswer`: what the door for mail answers.
 */
export const asyncApi = ({ version, mailAnswer }: { version: string; mailAnswer: z.ZodType }): Json => ({
  asyncapi: '3.0.0',
  info: {
    title: 'Skein on the bus',
    version,
    description:
      'NATS subjects that other systems publish to and read. Names are stored data: added to, never changed.',
    license: { name: 'MIT' },
  },
  defaultContentType: 'application/json',
  channels,
  operations,
  components: {
    schemas: { EventHeaders: schemaOf(headers) },
    messages: {
      ...eventMessages,
      Mail: {
        name: 'mail',
        title: 'A raw mail',
        contentType: 'message/rfc822',
        payload: { type: 'string', format: 'binary' },
      },
      MailAnswer: { name: 'answer', title: 'Stored, or why not', payload: schemaOf(mailAnswer) },
    },
  },
})
