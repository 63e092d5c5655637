import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import type { System } from './system.js'

/** A mail that came to the relay. */
export interface Relayed {
  readonly from: string
  readonly to: readonly string[]
  readonly raw: string
}

/** A mail server as the inboxes of a spec need one: hands mail for inboxes of the system to its HTTP door, and keeps all of it to be looked at. */
export interface Relay {
  readonly port: number
  readonly mails: readonly Relayed[]
  stop(): Promise<void>
}

const octetsOf = async (stream: AsyncIterable<Buffer>): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** `inboxes`: the address of each inbox, in lower case, with its id. */
export const startRelay = async (system: System, inboxes: ReadonlyMap<string, string>): Promise<Relay> => {
  const mails: Relayed[] = []
  const deliver = async (raw: Buffer, to: readonly string[]): Promise<void> => {
    for (const address of to) {
      const inbox = inboxes.get(address.toLowerCase().replace(/\+[^@]*/, ''))
      if (inbox === undefined) continue
      const answer = await system.mail(raw, inbox)
      if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`)
    }
  }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, { envelope }, done) => {
      const to = envelope.rcptTo.map(({ address }) => address)
      octetsOf(stream)
        .then(async (raw) => {
          const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
          mails.push({ from, to, raw: raw.toString('latin1') })
          await deliver(raw, to)
          done()
        })
        .catch((error: unknown) => done(error instanceof Error ? error : new Error(String(error))))
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return { port, mails, stop: () => new Promise((resolve) => server.close(() => resolve())) }
}
