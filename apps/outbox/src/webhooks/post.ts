import { lookup as resolveName, type LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { Agent, buildConnector, type Dispatcher, request } from 'undici'
import { isPublicAddress, PlaceRefused, refusalOfUrl } from './address-guard.js'
import { retryAfterOf } from './schedule.js'

const TIMEOUT_MS = 15_000
/** Of an answer only its beginning is read, for the record of a test; the rest does not reach this process. */
const MAX_ANSWER_BYTES = 2_048
const MAX_HEADER_BYTES = 16 * 1024

/** What came of one attempt. `error` is `null` for success, else why not, in words. */
export interface Outcome {
  status: number | null
  error: string | null
  ms: number
  retryAfterMs: number | null
  /** The beginning of the answer's body. */
  answer: string
}

/** All addresses of a name, as node's own resolver gives them. */
export type Resolve = (name: string, done: (error: Error | null, addresses: LookupAddress[]) => void) => void

const system: Resolve = (name, done) => resolveName(name, { all: true }, (error, addresses) => done(error, addresses))

/** A resolver that gives out only addresses of the public internet: what is connected to is what was checked. */
export const publicLookup =
  (resolve: Resolve): LookupFunction =>
  (name, options, done) => {
    resolve(name, (error, found) => {
      if (error) return done(error, '')
      const addresses = found.filter(({ address }) => isPublicAddress(address))
      const [first] = addresses
      if (first === undefined) {
        const what = found.map(({ address }) => address).join(', ')
        return done(
          new PlaceRefused(`${name} leads to ${what || 'no address'}, which is not of the public internet`),
          '',
        )
      }
      if (options.all) done(null, addresses)
      else done(null, first.address, first.family)
    })
  }

/**
 * Opens connections only to the public internet. Looks at what the socket is about to connect to, so a name that changes between
 * two looks (DNS rebinding) gains nothing; node asks no resolver for an address in the URL, so that is looked at first.
 */
export const guardedConnector = (resolve: Resolve): buildConnector.connector => {
  const connect = buildConnector({ allowH2: false, timeout: TIMEOUT_MS, lookup: publicLookup(resolve) })
  return (options, done) => {
    const host = options.hostname.replace(/^\[|\]$/g, '')
    if (isIP(host) !== 0 && !isPublicAddress(host))
      return done(new PlaceRefused(`${host} is no address of the public internet`), null)
    connect(options, (...[error, socket]) => {
      if (error) return done(error, null)
      const reached = socket.remoteAddress
      if (reached !== undefined && isPublicAddress(reached)) return done(null, socket)
      socket.destroy()
      done(new PlaceRefused(`${reached ?? 'the other side'} is no address of the public internet`), null)
    })
  }
}

/** The one place that webhooks leave by. */
export class Post {
  private readonly agent: Agent

  constructor(
    private readonly options: { allowPrivate: boolean; resolve?: Resolve; now?: () => Date; timeoutMs?: number },
  ) {
    const { allowPrivate, resolve = system } = options
    const connect = allowPrivate ? { allowH2: false } : guardedConnector(resolve)
    this.agent = new Agent({ connect, maxHeaderSize: MAX_HEADER_BYTES, pipelining: 1 })
  }

  /** Sends once. Never rejects: what went wrong is in the outcome. Redirects are not followed. */
  async send(url: string, headers: Record<string, string>, body: string, signal?: AbortSignal): Promise<Outcome> {
    const began = performance.now()
    const failed = (error: string): Outcome => ({
      ...{ status: null, error, retryAfterMs: null, answer: '' },
      ms: Math.round(performance.now() - began),
    })
    const refusal = refusalOfUrl(url, this.options)
    if (refusal !== null) return failed(`not sent: ${refusal}`)
    const timeout = AbortSignal.timeout(this.options.timeoutMs ?? TIMEOUT_MS)
    try {
      const all = signal === undefined ? timeout : AbortSignal.any([signal, timeout])
      const answer = await request(url, { method: 'POST', headers, body, dispatcher: this.agent, signal: all })
      return { ...failed(''), ...(await this.outcomeOf(answer)) }
    } catch (error) {
      return failed(timeout.aborted ? `no answer in ${TIMEOUT_MS / 1_000} seconds` : reasonOf(error))
    }
  }

  private async outcomeOf({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<Omit<Outcome, 'ms'>> {
    const answer = await beginningOf(body)
    const wished = statusCode === 429 || statusCode === 503 ? headers['retry-after'] : undefined
    const retryAfterMs = retryAfterOf(typeof wished === 'string' ? wished : null, this.options.now?.() ?? new Date())
    return { status: statusCode, error: errorOf(statusCode), retryAfterMs, answer }
  }

  async close(): Promise<void> {
    await this.agent.destroy()
  }
}

const errorOf = (status: number): string | null => {
  if (status >= 200 && status < 300) return null
  if (status >= 300 && status < 400) return `answered ${status}: redirects are not followed`
  return `answered ${status}`
}

const beginningOf = async (body: Dispatcher.ResponseData['body']): Promise<string> => {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of body as AsyncIterable<Buffer>) {
    pieces.push(piece)
    size += piece.length
    if (size >= MAX_ANSWER_BYTES) break // leaving the loop destroys the body and its connection
  }
  return Buffer.concat(pieces).subarray(0, MAX_ANSWER_BYTES).toString('utf8')
}

/** The innermost reason, in one line: undici and node wrap what a resolver or a socket said. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'failed'
  if (error.cause instanceof Error) return reasonOf(error.cause)
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  return (error.message || error.name).slice(0, 300)
}
