import { DeliverPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { MsgImpl } from '@nats-io/nats-core/internal'
import { connect, headers, type NatsConnection } from '@nats-io/transport-node'
import { testNats, type TestNats } from '@skein/servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attributesIn, attributesOf } from './attributes.js'

let server: TestNats
let nc: NatsConnection
beforeAll(async () => {
  server = await testNats()
  nc = await connect({ servers: server.natsUrl })
  await (await jetstreamManager(nc)).streams.add({ name: 'HEADERS', subjects: ['headers'] })
})
afterAll(async () => {
  await nc?.close()
  await server?.stop()
})

const sent: [name: string, value: string][][] = [
  [],
  [['ce-id', 'a']],
  [
    ['ce-id', 'a: b:c'],
    ['Ce-Id', 'not this'],
    ['X-Further', 'x'],
    ['empty', ''],
  ],
  [
    ['ce-subject', 'Grüße 会議 𝄞'],
    ['twice', 'first'],
    ['twice', 'second'],
    ['blank', '  around  '],
  ],
]

describe('headers of a message', () => {
  it.each(sent.map((one) => [one.map(([name]) => name).join(', ') || 'none', one] as const))(
    'are those that the client tells, read from the block that came: %s',
    async (_, pairs) => {
      const js = jetstream(nc)
      const head = headers()
      for (const [name, value] of pairs) head.append(name, value)
      const { seq } = await js.publish('headers', 'body', pairs.length === 0 ? {} : { headers: head })
      const start = { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: seq } as const
      const message = await (await js.consumers.get('HEADERS', start)).next()
      if (message === null) throw new Error('nothing came')
      // a client that keeps it elsewhere would only be slower, and nobody would know
      expect('msg' in message && message.msg instanceof MsgImpl).toBe(true)
      const read = attributesOf(message)
      expect(read).toEqual(attributesIn(message.headers))
      expect(Object.keys(read)).toHaveLength(new Set(pairs.map(([name]) => name.toLowerCase())).size)
    },
  )
})
