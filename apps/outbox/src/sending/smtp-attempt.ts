import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ConnectionOptions } from 'node:tls'
import { domainToASCII } from 'node:url'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { noOf, type ClearNo, type Refused } from './smtp-no.js'

const PIECE = 64 * 1024
/** How long a server may take over its good-bye: the mail is there. */
const QUIT_MS = 5_000

/** How long each step may take, in milliseconds (RFC 5321 §4.5.3.2 says how long a client has to be patient). */
export interface SmtpPatience {
  /** Names looked up and the connection there, with TLS. */
  readonly connect: number
  /** Until the server greets. */
  readonly greeting: number
  /** Silence of the server while it is told who sends what to whom. */
  readonly command: number
  /** Silence after the mail began to leave. */
  readonly data: number
  /** The attempt as a whole: a server that says one octet a minute is never silent. */
  readonly whole: number
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
export const SMTP_PATIENCE: SmtpPatience = {
  connect: 30 * SECOND,
  greeting: 60 * SECOND,
  command: 2 * MINUTE,
  data: 10 * MINUTE,
  whole: 30 * MINUTE,
}

/** A server that takes mail, with its secrets open. */
export interface SmtpServer {
  readonly host: string
  readonly port: number
  readonly security: 'tls' | 'starttls' | 'none'
  readonly login: { readonly user: string; readonly password: string } | null
  /** For instance the certificates to trust, where they are not those of the system. */
  readonly tls?: ConnectionOptions
}

export interface SmtpMail {
  readonly from: string
  readonly to: readonly string[]
  /** As it leaves: signed, lines end with CRLF. */
  readonly raw: Uint8Array
}

/** What came of one attempt. */
export type SmtpOutcome =
  | { readonly outcome: 'sent'; readonly response: string; readonly refused: readonly Refused[] }
  /** Nobody has the mail: it did not leave, or the server said so after its end. `begun`: `begin` had been granted. */
  | ({ readonly outcome: 'no'; readonly begun: boolean } & ClearNo)
  /** The server asked for the mail, and `begin` did not let it go. */
  | { readonly outcome: 'not-granted'; readonly error: Error }
  /** The server may have the mail. */
  | { readonly outcome: 'unknown'; readonly reason: string }

export interface SmtpAttempt {
  readonly server: SmtpServer
  readonly mail: SmtpMail
  readonly patience: SmtpPatience
  /** The name to give to the server; that of the machine where it is left out. */
  readonly ehloName?: string | null
  /** Asked once, when the server wants the mail (its 354) and before the first octet of it leaves. Rejects: it stays here. */
  readonly begin: () => Promise<void>
  /** Gives up: at once where nothing has left, else as `unknown`, so abort only when waiting any longer is no use. */
  readonly signal: AbortSignal
}

const NON_ASCII = /[\x80-\u{10ffff}]/u

/** RFC 6531 §3.2 asks for SMTPUTF8 only where the local part needs it: a domain has a form in ASCII. */
const wireAddress = (address: string): string => {
  const at = address.lastIndexOf('@')
  const ascii = NON_ASCII.test(address.slice(at + 1)) ? domainToASCII(address.slice(at + 1)) : ''
  return ascii === '' ? address : `${address.slice(0, at)}@${ascii}`
}

const eightBit = (raw: Uint8Array): boolean => raw.some((octet) => octet > 0x7f)

/**
 * The stream that nodemailer reads the mail from; it does so only after the 354. So `begin` runs between the server's wish for
 * the mail and the first octet of it, whatever the server, and whether or not commands were pipelined.
 */
class Fence {
  private begin: Promise<void> | undefined
  /** Whether the attempt has its outcome: from then on nothing leaves. */
  closed = false
  /** Whether octets of the mail may have left. */
  leaving = false
  /** Whether all of it was handed over. */
  handedOver = false

  constructor(
    private readonly attempt: SmtpAttempt,
    private readonly onLeaving: () => void,
  ) {}

  readonly stream = (): Readable => Readable.from(this.pieces(), { objectMode: false })

  /** What became of `begin`: it may be under way when the connection is lost. */
  async granted(): Promise<boolean | Error> {
    if (this.begin === undefined) return false
    return this.begin.then(
      () => true,
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    )
  }

  private async *pieces(): AsyncGenerator<Uint8Array> {
    this.begin = this.attempt.begin()
    await this.begin
    if (this.closed) return
    this.leaving = true
    this.onLeaving()
    const { raw } = this.attempt.mail
    for (let from = 0; from < raw.length; from += PIECE) yield raw.subarray(from, from + PIECE)
    this.handedOver = true
  }
}

const connectionTo = ({ server, patience, ehloName }: SmtpAttempt): SMTPConnection =>
  new SMTPConnection({
    host: server.host,
    port: server.port,
    secure: server.security === 'tls',
    requireTLS: server.security === 'starttls',
    ignoreTLS: server.security === 'none',
    connectionTimeout: patience.connect,
    dnsTimeout: patience.connect,
    greetingTimeout: patience.greeting,
    socketTimeout: patience.command,
    ...(server.tls === undefined ? {} : { tls: server.tls }),
    ...(ehloName ? { name: ehloName } : {}),
  })

type Spoken = { response: string; refused: readonly Refused[] }

/** The conversation with the server: connect, log in, envelope, mail. Rejects with nodemailer's error. */
const converse = async (connection: SMTPConnection, { server, mail }: SmtpAttempt, fence: Fence): Promise<Spoken> => {
  await new Promise<void>((resolve, reject) => connection.connect((error) => (error ? reject(error) : resolve())))
  const from: string | false = mail.from === '' ? false : wireAddress(mail.from)
  const to = mail.to.map(wireAddress)
  if ([mail.from, ...to].map(wireAddress).some((one) => NON_ASCII.test(one)) && !offersSmtpUtf8(connection))
    throw Object.assign(new Error('the server does not take addresses beyond ASCII (SMTPUTF8)'), { code: 'ESMTPUTF8' })
  const { login } = server
  if (login !== null)
    await new Promise<void>((resolve, reject) =>
      connection.login({ user: login.user, pass: login.password }, (error) => (error ? reject(error) : resolve())),
    )
  const envelope = { from, to, size: mail.raw.length, use8BitMime: eightBit(mail.raw) }
  return new Promise((resolve, reject) =>
    connection.send(envelope, fence.stream(), (error, info) => {
      if (error || info === undefined) return reject(error ?? new Error('no answer'))
      const errors = info.rejectedErrors ?? []
      const refused = errors.map((one) => ({ address: String(one.recipient), response: one.response ?? one.message }))
      resolve({ response: info.response, refused })
    }),
  )
}

/** Right after `connect` the last answer is that to EHLO. */
const offersSmtpUtf8 = ({ lastServerResponse }: SMTPConnection): boolean =>
  /^250[ -]SMTPUTF8\s*$/im.test(lastServerResponse || '')

/** An error that the connection reports by an event, not through the callback of what was asked of it. */
const failure = (connection: SMTPConnection): Promise<never> =>
  new Promise((_, reject) => {
    connection.on('error', reject)
    // the end is told before the answer that made it (421), which says more
    connection.once('end', () => setImmediate(() => reject(new Error('the connection was closed'))))
  })

/** Waits as long as the whole attempt may take, or until it is given up. */
const limit = async ({ patience, signal }: SmtpAttempt, over: AbortSignal): Promise<never> => {
  await sleep(patience.whole, undefined, { signal: AbortSignal.any([signal, over]) }).catch(() => undefined)
  throw new Error(signal.aborted ? 'this service was told to stop' : 'it took too long as a whole')
}

/**
 * Sends one mail once, by a connection of its own. Never rejects. Whether octets of the mail may have left is known here and
 * not taken from an error's text, which is the same before and after.
 */
export const attemptBySmtp = async (attempt: SmtpAttempt): Promise<SmtpOutcome> => {
  const connection = connectionTo(attempt)
  const fence = new Fence(attempt, () => {
    if (connection._socket) connection._socket.setTimeout(attempt.patience.data)
  })
  const over = new AbortController()
  try {
    const { response, refused } = await Promise.race([
      converse(connection, attempt, fence),
      failure(connection),
      limit(attempt, over.signal),
    ])
    if (!fence.handedOver) throw new Error(`the server answered before the end of the mail: ${response}`)
    connection.quit()
    if (connection._socket) connection._socket.setTimeout(QUIT_MS)
    return { outcome: 'sent', response, refused }
  } catch (error) {
    fence.closed = true
    hangUp(connection)
    return await notSent(error, fence)
  } finally {
    over.abort()
  }
}

/** At once, and without another word: what follows the 354 would be part of the mail. */
const hangUp = (connection: SMTPConnection): void => {
  connection.on('error', () => undefined)
  if (connection._socket) connection._socket.destroy()
  connection.close()
}

const notSent = async (error: unknown, fence: Fence): Promise<SmtpOutcome> => {
  const granted = await fence.granted()
  if (granted instanceof Error) return { outcome: 'not-granted', error: granted }
  const no = noOf(error, fence.leaving)
  return no === null
    ? { outcome: 'unknown', reason: error instanceof Error ? error.message : String(error) }
    : { outcome: 'no', begun: granted, ...no }
}
