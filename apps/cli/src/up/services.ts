import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { ingestOwns, outboxOwns, prepareServer, type Manners } from '@skein/http'
import { startIngest } from '@skein/ingest'
import { openLog, type LogOptions } from '@skein/log'
import { startOutbox, type OutboxConfig } from '@skein/outbox'
import { startQuery } from '@skein/query'
import { startThreader } from '@skein/threader'
import type { Instance } from './instance.js'
import { freePort } from '@skein/servers'
import { seedDirectory } from '../seed/demo-directory.js'

export interface ServicesConfig {
  natsUrl: string
  monitorUrl: string | undefined
  databaseUrl: string
  host: string
  port: number
  /** Port of the SMTP door, the next free one where it is taken; 0 for any. */
  smtpPort: number
  instance: Instance
  /** Manners of the HTTP API; what is left out is as in `DEFAULT_MANNERS`. */
  manners?: Partial<Manners>
  /** What the outbox is to do otherwise than by default. */
  outbox?: OutboxConfig['settings']
}

export interface RunningServices {
  url: string
  /** Where mail is taken by SMTP: for the inboxes of this instance, and what else is sent from here is kept to be looked at. */
  smtp: { host: string; port: number } | null
  stop(): Promise<void>
}

const PARTITIONS = Number(process.env['SKEIN_PARTITIONS'] ?? 4)

/** Whose word on authentication is taken: the server that received the sample mail, where nothing else is said. */
const MAIL_NAME = 'mx.skein.example'
const AUTHSERV_ID = process.env['SKEIN_AUTHSERV_ID'] ?? MAIL_NAME

/** The four services in this process, ingest and query behind one port. */
export const startServices = async (config: ServicesConfig): Promise<RunningServices> => {
  const { databaseUrl, instance, manners = {} } = config
  const logAs = (name: string): LogOptions => ({
    url: config.natsUrl,
    monitorUrl: config.monitorUrl,
    name: `skein-${name}`,
    partitions: PARTITIONS,
    secret: instance.secret,
    allowUnsafeFsync: process.env['SKEIN_UNSAFE_ASYNC_FSYNC'] === '1',
  })
  const log = await openLog(logAs('up'))
  await seedDirectory(log, instance)
  await log.close()

  const port = await freePort(config.port)
  const privateWebhooks = process.env['SKEIN_PRIVATE_WEBHOOKS'] === '1'
  const publicUrl = process.env['SKEIN_PUBLIC_URL'] ?? `http://${config.host}:${port}`
  const ingest = await startIngest({
    log: logAs('ingest'),
    http: 'shared',
    manners,
    settings: { authservId: AUTHSERV_ID },
    smtp: { host: config.host, port: await freePort(config.smtpPort), catchAll: true, name: MAIL_NAME },
  })
  const waitForRebuild = process.env['SKEIN_REBUILD'] === 'wait'
  const threader = await startThreader({
    log: logAs('threader'),
    databaseUrl,
    waitForRebuild,
    http: 'shared',
    holder: instance.id,
  })
  const outbox = await startOutbox({
    log: logAs('outbox'),
    databaseUrl,
    http: 'shared',
    manners,
    holder: instance.id,
    settings: { privateWebhooks, publicUrl, defaultTransport: ingest.smtp, ehloName: MAIL_NAME, ...config.outbox },
  })
  const query = await startQuery({
    log: logAs('query'),
    databaseUrl,
    waitForRebuild,
    http: 'shared',
    manners,
    settings: { privateWebhooks },
    neighbours: { ...threader.checks, ...outbox.checks },
  })
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    const method = request.method ?? 'GET'
    const { handler } = ingestOwns(method, path) ? ingest : outboxOwns(method, path) ? outbox : query
    handler(request, response)
  })
  prepareServer(server)
  query.serveSockets(server)
  await listen(server, port, config.host)
  const stop = async (): Promise<void> => {
    query.endLive()
    await closed(server)
    await ingest.stop()
    await threader.stop()
    await outbox.stop()
    await query.stop()
  }
  return { url: `http://${config.host}:${port}`, smtp: ingest.smtp ?? null, stop }
}

const listen = (server: Server, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), 2_000).unref()
  })
