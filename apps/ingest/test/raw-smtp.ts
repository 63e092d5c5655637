import { connect as connectTcp, type Socket } from 'node:net'

/** A client that says what it is told, octet by octet. */
export class RawSmtp {
  greeting = ''
  private text = ''
  private isOver = false
  private wake = (): void => undefined
  private constructor(readonly socket: Socket) {
    socket.setEncoding('latin1').on('data', (more: string) => {
      this.text += more
      this.wake()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.isOver = true
      this.wake()
    })
  }
  /** Connects, and has read the greeting. */
  static async connect({ host, port }: { host: string; port: number }): Promise<RawSmtp> {
    const raw = new RawSmtp(connectTcp(port, host))
    raw.greeting = await raw.reply()
    return raw
  }
  /** The next whole reply with all of its lines; `closed` when none can come any more. */
  async reply(): Promise<string> {
    const whole = /^(?:\d{3}-.*\r\n)*\d{3} .*\r\n/
    for (;;) {
      const found = whole.exec(this.text)?.[0]
      if (found !== undefined) {
        this.text = this.text.slice(found.length)
        return found.trimEnd()
      }
      if (this.isOver) return 'closed'
      await new Promise<void>((resolve) => (this.wake = resolve))
    }
  }
  async say(line: string): Promise<string> {
    this.socket.write(`${line}\r\n`, 'latin1')
    return this.reply()
  }
  /** Up to the 354, or what came in its place. */
  async begin(...to: string[]): Promise<string> {
    await this.say('EHLO client.example')
    await this.say('MAIL FROM:<ann@example.org>')
    for (const address of to) await this.say(`RCPT TO:<${address}>`)
    return this.say('DATA')
  }
  leave(): void {
    this.socket.destroy()
  }
}
