import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook as Verifier } from 'standardwebhooks'

/** A webhook as it arrived, with what its signature says. */
export interface Arrived {
  id: string
  signatures: number
  type: string
  position: string
  sequence: number
  body: string
  path: string
}

type Answer = (response: ServerResponse, arrived: Arrived) => void

/** An endpoint on this machine: checks every signature, keeps what came, and answers as it is told. */
export class WebhookReceiver {
  readonly arrived: Arrived[] = []
  readonly wrong: string[] = []
  /** What it answers just now. */
  answer: Answer = (response) => response.writeHead(204).end()

  private constructor(
    private readonly server: Server,
    public secret: string,
  ) {
    server.on('request', (request, response) => void this.receive(request, response))
  }

  static async open(secret: string): Promise<WebhookReceiver> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new WebhookReceiver(server, secret)
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }
  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`
  }
  get ids(): string[] {
    return this.arrived.map(({ id }) => id)
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    const body = Buffer.concat(pieces).toString('utf8')
    const headers = request.headers as Record<string, string>
    try {
      new Verifier(this.secret).verify(body, headers)
    } catch (error) {
      this.wrong.push(String(error))
      return void response.writeHead(400).end()
    }
    const { type, data } = JSON.parse(body) as { type: string; data: { position?: string } }
    const arrived: Arrived = {
      id: headers['webhook-id'] ?? '',
      signatures: (headers['webhook-signature'] ?? '').split(' ').length,
      type,
      position: data.position ?? '',
      sequence: Number(data.position?.split(':')[1]),
      body,
      path: request.url ?? '',
    }
    this.arrived.push(arrived)
    this.answer(response, arrived)
  }

  async close(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }
}
