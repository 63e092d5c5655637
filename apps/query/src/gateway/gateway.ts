import { ingestOwns, outboxOwns, type HealthCheck, type HealthState } from '@skein/http'
import type { RequestHandler } from 'express'
import { GATEWAY_PATIENCE, passOn, upstreamAt, type Upstream } from './pass-on.js'

/** Addresses of the services whose calls this one passes on, as `http://host:port`; a service without one is not passed to. */
export interface GatewayAddresses {
  ingest?: string | undefined
  outbox?: string | undefined
}

export interface Gateway {
  /** Passes on what is another service's, and lets the rest go by. */
  readonly handler: RequestHandler
  /** Whether those services answer. Yellow at worst: what is read here does not need them. */
  readonly checks: Readonly<Record<string, HealthCheck>>
  close(): void
}

const OWNERS = { ingest: ingestOwns, outbox: outboxOwns } as const

/** One public address where the services are processes of their own: a call goes to the service that answers it. */
export const gatewayTo = (addresses: GatewayAddresses, patience = GATEWAY_PATIENCE): Gateway => {
  const upstreams = (['ingest', 'outbox'] as const).flatMap((name) => {
    const address = addresses[name]
    return address === undefined ? [] : [upstreamAt(name, address, patience)]
  })
  const handler: RequestHandler = (request, response, next) => {
    const owner = upstreams.find(({ name }) => OWNERS[name](request.method, request.path))
    if (owner === undefined) next()
    else passOn(owner, request, response, next)
  }
  return {
    handler,
    checks: Object.fromEntries(upstreams.map((one) => [one.name, () => standingOf(one)])),
    close: () => upstreams.forEach(({ agent }) => agent.destroy()),
  }
}

const ASKED_MS = 2_000

const standingOf = async ({ url }: Upstream): Promise<HealthState> => {
  try {
    const answer = await fetch(new URL('/health/ready', url), { signal: AbortSignal.timeout(ASKED_MS) })
    await answer.body?.cancel()
    if (answer.ok) return { state: 'green', detail: 'answers, and does its work' }
    return { state: 'yellow', detail: 'answers, and says in its own health why it does not do its work' }
  } catch {
    return { state: 'yellow', detail: `does not answer at ${url.origin}: its calls get 503` }
  }
}
