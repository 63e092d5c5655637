import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Logger } from '@nestjs/common'
import type { HealthState } from '@skein/http'
import type { Directory, Inbox } from '@skein/log'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'
import type { ReadingRoom } from '../reading-room.js'
import { inboxOf } from '../recipient.js'
import type { MailSettings } from '../settings.js'
import { ConnectionLimit } from './connection-limit.js'
import { deliver, type DeliverParts, type SmtpMail } from './deliver.js'
import { readData } from './read-data.js'
import { SmtpRefusal, smtpRefusal } from './smtp-reply.js'
import type { SmtpSettings } from './smtp-settings.js'
import { traceLines } from './trace-lines.js'
import { trustedPeers } from './trusted-peers.js'

export interface SmtpParts extends Pick<DeliverParts, 'accept' | 'keep'> {
  directory: Pick<Directory, 'inboxFor'>
  mail: Pick<MailSettings, 'maxMailBytes'>
  room: ReadingRoom
  now: () => Date
}

/** How long a mail that is under way at the end may take. */
const LAST_WORDS_MS = 10_000

type Done = (error?: Error | null, text?: string) => void
type DataStream = Parameters<SMTPServer['onData']>[0]

/**
 * The door that other mail servers know: RFC 5321 with SIZE, PIPELINING, 8BITMIME and SMTPUTF8. It takes mail for inboxes and
 * relays nothing; 250 after the final dot means that each copy is on disk.
 */
export class SmtpDoor {
  private readonly logger = new Logger('SmtpDoor')
  private readonly server: SMTPServer
  private readonly connections: ConnectionLimit
  private readonly isTrusted: (address: string) => boolean
  private readonly receiving = new Set<string>()
  private isStopping = false

  constructor(
    private readonly settings: SmtpSettings,
    private readonly parts: SmtpParts,
  ) {
    this.connections = new ConnectionLimit(settings.maxConnectionsOfOneAddress)
    this.isTrusted = trustedPeers(settings.trusted)
    this.server = new SMTPServer({
      name: settings.name,
      banner: 'Skein',
      size: parts.mail.maxMailBytes,
      // the library only counts; this makes it answer 552 5.3.4 itself, and `readData` keeps no more than that
      rejectOversized: true,
      hideENHANCEDSTATUSCODES: false,
      disabledCommands: settings.tls === null ? ['AUTH', 'STARTTLS'] : ['AUTH'],
      ...(settings.tls === null ? { hideSTARTTLS: true } : settings.tls),
      // the names of peers are of no use here, and asking for them delays every greeting
      disableReverseLookup: true,
      logger: false,
      maxClients: settings.maxConnections,
      maxRecipients: settings.maxRecipients,
      socketTimeout: settings.idleMs,
      closeTimeout: LAST_WORDS_MS,
      onConnect: (session, done) => this.connected(session, done),
      onRcptTo: ({ address }, _session, done) => done(this.refusalOf(address)),
      onData: (stream, session, done) => void this.receive(stream, session, done),
      onClose: ({ remoteAddress, id }) => this.connections.left(id, remoteAddress),
    })
    // what a peer does to its connection is no fault of ours
    this.server.on('error', (error: Error) => this.logger.debug(error.message))
  }

  /** Where it listens. @throws Error when the port is taken or may not be used */
  async listen(): Promise<{ host: string; port: number }> {
    const { server } = this.server
    server.listen(this.settings.port, this.settings.host)
    await once(server, 'listening')
    const { address, port } = server.address() as AddressInfo
    return { host: address, port }
  }

  /** For health. */
  get state(): HealthState {
    const { server, connections } = this.server
    if (!server.listening) return { state: 'red', detail: 'does not listen' }
    const { address, port } = server.address() as AddressInfo
    const keeps = this.parts.keep === null ? '' : '; mail to the outside is kept (development)'
    return { state: 'green', detail: `listens on ${address}, port ${port}; ${connections.size} connected${keeps}` }
  }

  /** Takes no new mail; ends when what was under way is answered. */
  async stop(): Promise<void> {
    this.isStopping = true
    const closed = new Promise<void>((resolve) => this.server.close(resolve))
    for (const { id } of this.server.connections) if (!this.receiving.has(id)) this.hangUp(id, 'Shutting down')
    await closed
  }

  private connected({ id, remoteAddress }: SMTPServerSession, done: Done): void {
    const isLetIn = this.connections.came(id, remoteAddress)
    done(isLetIn ? null : new SmtpRefusal(421, 'Too many connections from your address, try again in a moment'))
  }

  /** `postmaster` alone is the one of this server (RFC 5321 §4.5.1). */
  private inboxFor(address: string): Inbox | undefined {
    return inboxOf(this.parts.directory, address.includes('@') ? address : `${address}@${this.settings.name}`)
  }

  private refusalOf(address: string): SmtpRefusal | null {
    if (this.inboxFor(address) !== undefined || this.parts.keep !== null) return null
    return new SmtpRefusal(550, `Nobody has the address ${address} here`)
  }

  private async receive(stream: DataStream, session: SMTPServerSession, done: Done): Promise<void> {
    const cutOff = () => this.hangUp(session.id, 'This mail has no end')
    const tooSlow = setTimeout(cutOff, this.settings.mailMs)
    this.receiving.add(session.id)
    try {
      const { maxMailBytes: limit } = this.parts.mail
      const { raw, done: giveBack } = await readData(stream, { limit, room: this.parts.room, cutOff })
      clearTimeout(tooSlow)
      try {
        const { accept, keep } = this.parts
        const text = await deliver(this.mailOf(raw, session), { accept, keep, inboxFor: (to) => this.inboxFor(to) })
        done(null, text)
      } finally {
        giveBack()
      }
    } catch (error) {
      const refusal = smtpRefusal(error)
      // a sender who went away hears nothing, and is no fault of ours
      if (refusal.cause !== undefined && !stream.errored) this.logger.error(refusal.cause)
      done(refusal)
    } finally {
      clearTimeout(tooSlow)
      this.receiving.delete(session.id)
      if (this.isStopping) this.hangUp(session.id, 'Shutting down')
    }
  }

  private mailOf(raw: Uint8Array, session: SMTPServerSession): SmtpMail {
    const { mailFrom, rcptTo } = session.envelope
    const from = mailFrom === false ? '' : mailFrom.address
    return {
      raw,
      from,
      to: rcptTo.map(({ address }) => address),
      trace: traceLines(session, { from, by: this.settings.name, at: this.parts.now() }),
      isTrusted: this.isTrusted(session.remoteAddress),
    }
  }

  private hangUp(id: string, text: string): void {
    for (const connection of this.server.connections) if (connection.id === id) connection.send(421, text)
  }
}
