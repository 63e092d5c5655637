import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { Problem, problemBody, problemFrom } from '@skein/http'
import { WebSocketServer } from 'ws'
import type { Admitted, Doorkeeper } from './doorkeeper.js'
import type { Live } from './live.js'
import { GOING_AWAY, SocketReader } from './socket-reader.js'

/** Octets of what a reader may say at once: a filter, a place, a key. */
const MAX_PAYLOAD = 16 * 1024
/** So long a peer may take to say good-bye. */
const PATIENCE_MS = 500
const PATH = /^\/v1\/ws\/?(?:\?|$)/

/** Whether a request asks for a WebSocket; other upgrades (h2c) are offers that a server need not take. */
const asksForSocket = ({ headers }: IncomingMessage): boolean => headers.upgrade?.toLowerCase() === 'websocket'

/** The door at `/v1/ws`. */
export class SocketDoor {
  private readonly server = new WebSocketServer({ noServer: true, maxPayload: MAX_PAYLOAD, perMessageDeflate: false })

  constructor(
    private readonly live: Live,
    private readonly doorkeeper: Doorkeeper,
  ) {}

  /** Has a server hand over its WebSockets. */
  serve(server: Server): void {
    Object.assign(server, { shouldUpgradeCallback: asksForSocket })
    server.on('upgrade', (request, socket, head) => void this.upgrade(request, socket, head))
  }

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    let admitted: Admitted | null = null
    socket.once('close', () => admitted?.release())
    try {
      if (!PATH.test(request.url ?? '')) {
        throw new Problem(404, 'no-such-call', 'There is no such call', 'A WebSocket is at /v1/ws.')
      }
      const { authorization } = request.headers
      // without the header the first message is to say who asks
      if (authorization !== undefined) admitted = await this.doorkeeper.admit(authorization)
      if (socket.destroyed) return admitted?.release()
      this.server.handleUpgrade(request, socket, head, (opened) => {
        new SocketReader(opened, this.live, this.doorkeeper, admitted).begin()
      })
    } catch (error) {
      admitted?.release()
      refuse(socket, problemFrom(error, 'none'), randomUUID())
    }
  }

  /** Says good-bye to everybody; who does not answer is cut off. */
  close(): void {
    this.server.close()
    for (const socket of this.server.clients) {
      socket.close(GOING_AWAY, 'come back in a moment')
      setTimeout(() => socket.terminate(), PATIENCE_MS).unref()
    }
  }
}

/** An HTTP answer to an upgrade that is refused (RFC 6455 §4.2.2). */
const refuse = (socket: Duplex, problem: Problem, requestId: string): void => {
  const body = JSON.stringify(problemBody(problem, requestId))
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    'Connection: close',
    'Content-Type: application/problem+json',
    `X-Request-Id: ${requestId}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(problem.status === 401 ? ['WWW-Authenticate: Bearer'] : []),
    ...(typeof problem.extra['retry_after'] === 'number' ? [`Retry-After: ${problem.extra['retry_after']}`] : []),
  ]
  socket.on('error', () => socket.destroy())
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
