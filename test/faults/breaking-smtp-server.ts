import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** The moments at which a server can leave: `data` before it says 354, `body` in the mail, `dot` before its answer to the end. */
export const BREAK_MOMENTS = ['connect', 'ehlo', 'mail', 'rcpt', 'data', 'body', 'dot'] as const
export type BreakMoment = (typeof BREAK_MOMENTS)[number]
/** How it leaves: it closes, it resets, or it says nothing more. */
export const BREAK_WAYS = ['fin', 'rst', 'silence'] as const
export type BreakWay = (typeof BREAK_WAYS)[number]

/** A mail that came to its final dot, whatever was said about it then. */
export interface TakenMail {
  from: string
  to: string[]
  raw: string
}

export interface ServerPlan {
  /** Breaks the first `times` connections so. */
  breaks?: { at: BreakMoment; by: BreakWay; times: number }
  /** Lines of the answer to EHLO, beside the greeting. */
  extensions?: readonly string[]
  /** What to say in place of its usual answer, to a command line or to the final dot (`.`). */
  answer?: (line: string) => string | undefined
  /** How long to think about the final dot, in milliseconds. */
  thinks?: number
}

// No parameter properties in these files: the benchmarks run them with their types stripped.

/** An SMTP server that records all that it gets, and breaks connections where it is told to. */
export class BreakingSmtpServer {
  readonly taken: TakenMail[] = []
  /** Every line of every connection, in order, without the mails. */
  readonly said: string[] = []
  connections = 0
  private readonly sockets = new Set<Socket>()
  private readonly server: Server
  readonly plan: ServerPlan

  private constructor(plan: ServerPlan) {
    this.plan = plan
    this.server = createServer((socket) => this.serve(socket))
  }

  static async start(plan: ServerPlan = {}, port = 0): Promise<BreakingSmtpServer> {
    const server = new BreakingSmtpServer(plan)
    server.server.listen(port, '127.0.0.1')
    await once(server.server, 'listening')
    return server
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    this.server.close()
    await once(this.server, 'close')
  }

  private serve(socket: Socket): void {
    const { breaks } = this.plan
    const isBroken = breaks !== undefined && this.connections < breaks.times
    this.connections++
    this.sockets.add(socket)
    socket.on('close', () => this.sockets.delete(socket))
    socket.on('error', () => undefined)
    new Session(socket, this, isBroken ? breaks : null).greet()
  }
}

class Session {
  private input = ''
  private mail: TakenMail = { from: '', to: [], raw: '' }
  private inData = false
  private broken = false
  private readonly socket: Socket
  private readonly server: BreakingSmtpServer
  private readonly breaks: { at: BreakMoment; by: BreakWay } | null

  constructor(socket: Socket, server: BreakingSmtpServer, breaks: { at: BreakMoment; by: BreakWay } | null) {
    this.socket = socket
    this.server = server
    this.breaks = breaks
    socket.on('data', (chunk: Buffer) => this.take(chunk.toString('latin1')))
  }

  greet(): void {
    if (!this.breaksAt('connect')) this.say('220 breaking.example ESMTP')
  }

  private breaksAt(moment: BreakMoment): boolean {
    if (this.breaks?.at !== moment || this.broken) return this.broken
    this.broken = true
    if (this.breaks.by === 'fin') this.socket.end()
    else if (this.breaks.by === 'rst') this.socket.resetAndDestroy()
    return true
  }

  private say(text: string): void {
    if (!this.broken) this.socket.write(`${text}\r\n`)
  }

  private take(text: string): void {
    this.input += text
    while (!this.broken) {
      if (this.inData ? !this.takeBody() : !this.takeLine()) return
    }
  }

  private takeLine(): boolean {
    const end = this.input.indexOf('\r\n')
    if (end < 0) return false
    const line = this.input.slice(0, end)
    this.input = this.input.slice(end + 2)
    this.server.said.push(line)
    this.command(line)
    return true
  }

  private command(line: string): void {
    const verb = (/^[A-Za-z]+/.exec(line)?.[0] ?? '').toLowerCase()
    const moments: Record<string, BreakMoment> = { ehlo: 'ehlo', mail: 'mail', rcpt: 'rcpt', data: 'data' }
    const moment = moments[verb]
    if (moment !== undefined && this.breaksAt(moment)) return
    const other = this.server.plan.answer?.(line)
    if (other !== undefined) return this.say(other)
    const address = /<([^>]*)>/.exec(line)?.[1] ?? ''
    if (verb === 'ehlo')
      return this.say(
        ['250-breaking.example', ...(this.server.plan.extensions ?? []).map((one) => `250-${one}`), '250 HELP'].join(
          '\r\n',
        ),
      )
    if (verb === 'mail') this.mail = { from: address, to: [], raw: '' }
    if (verb === 'rcpt') this.mail.to.push(address)
    if (verb === 'data') {
      this.inData = true
      return this.say('354 go on')
    }
    if (verb === 'quit') {
      this.say('221 bye')
      return void this.socket.end()
    }
    this.say('250 ok')
  }

  private takeBody(): boolean {
    if (this.input.length > 0 && this.breaksAt('body')) return false
    const end = this.input.startsWith('.\r\n') ? 0 : this.input.indexOf('\r\n.\r\n') + 2
    if (end < 2 && !this.input.startsWith('.\r\n')) return false
    this.mail.raw = this.input.slice(0, end).replace(/^\./gm, '')
    this.input = this.input.slice(end + 3)
    this.inData = false
    this.server.taken.push(this.mail)
    if (this.breaksAt('dot')) return false
    const { answer, thinks = 0 } = this.server.plan
    const text = answer?.('.') ?? '250 2.0.0 ok'
    if (thinks === 0) this.say(text)
    else setTimeout(() => this.say(text), thinks)
    return true
  }
}
