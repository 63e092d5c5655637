import { randomBytes } from 'node:crypto'
import { startServices, type Instance, type RunningServices, type ServicesConfig } from '@skein/cli'
import { testNats, testPostgres, type TestDatabase, type TestNats } from '@skein/servers'

/** All of Skein in this process, on an own nats-server and an own database, with the demo inboxes and nothing in them. */
export interface System {
  url: string
  key: string
  /** SKEIN_SECRET of this instance. */
  secret: string
  natsUrl: string
  monitorUrl: string
  databaseUrl: string
  /** The SMTP door, which is also the way that mail leaves by. */
  smtp: { host: string; port: number }
  /** A call with the key; a body that is not text or bytes goes as JSON. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
  /** Sends a mail to the HTTP door of `inb_<name>`. */
  mail(raw: string | Uint8Array, inbox?: string): Promise<Response>
  /** Stops the services, and leaves the servers. */
  stopServices(): Promise<void>
  /** Stops the services and starts them again on the same servers. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** Servers that a spec has started for itself, and stops. */
export interface OwnServers {
  nats: Pick<TestNats, 'natsUrl' | 'monitorUrl'>
  postgres: Pick<TestDatabase, 'databaseUrl'>
}

const testServers = async () => {
  const [nats, postgres] = await Promise.all([testNats(), testPostgres()])
  return { nats, postgres, stop: () => Promise.all([nats.stop(), postgres.stop()]) }
}

/** `outbox`: what it is to do otherwise than by default. */
export const startSystem = async (own?: OwnServers, outbox: ServicesConfig['outbox'] = {}): Promise<System> => {
  const servers = own === undefined ? await testServers() : { ...own, stop: () => Promise.resolve([]) }
  const { nats, postgres } = servers
  const instance: Instance = {
    id: `test-${randomBytes(4).toString('hex')}`,
    apiKey: `sk_${randomBytes(24).toString('base64url')}`,
    secret: randomBytes(32).toString('base64url'),
    createdAt: '2026-03-01T10:00:00.000Z',
  }
  const start = (): Promise<RunningServices> =>
    startServices({
      natsUrl: nats.natsUrl,
      monitorUrl: nats.monitorUrl,
      databaseUrl: postgres.databaseUrl,
      host: '127.0.0.1',
      port: 0,
      smtpPort: 0,
      instance,
      outbox,
    })
  let services = await start()
  const call: System['call'] = (method, path, body, headers = {}) => {
    const isRaw = typeof body === 'string' || body instanceof Uint8Array
    const sent = isRaw ? Buffer.from(body) : JSON.stringify(body)
    return fetch(new URL(path, services.url), {
      method,
      headers: {
        authorization: `Bearer ${instance.apiKey}`,
        ...(body === undefined || isRaw ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: sent }),
    })
  }
  return {
    get url() {
      return services.url
    },
    key: instance.apiKey,
    secret: instance.secret,
    natsUrl: nats.natsUrl,
    monitorUrl: nats.monitorUrl,
    databaseUrl: postgres.databaseUrl,
    get smtp() {
      return services.smtp ?? { host: '127.0.0.1', port: 0 }
    },
    call,
    mail: (raw, inbox = 'inb_support') =>
      call('POST', `/v1/inboxes/${inbox}/mail`, raw, { 'content-type': 'message/rfc822' }),
    stopServices: () => services.stop(),
    restart: async () => {
      await services.stop()
      services = await start()
    },
    stop: async () => {
      await services.stop()
      await servers.stop()
    },
  }
}
