import type { Server } from 'node:http'
import {
  createHttpApp,
  DEFAULT_MANNERS,
  type HealthCheck,
  type HttpApp,
  type HttpPlace,
  type Manners,
} from '@skein/http'
import { EventStreamServer, openLog, type LogOptions } from '@skein/log'
import { openViews, Renewing } from '@skein/views'
import { gatewayTo, type GatewayAddresses } from './gateway/gateway.js'
import { Doorkeeper } from './live/doorkeeper.js'
import { Live } from './live/live.js'
import { SocketDoor } from './live/socket-door.js'
import { QueryModule } from './query.module.js'
import { DEFAULT_QUERY_SETTINGS, type QuerySettings } from './settings.js'
import { SkippedEvents } from './skipped-events.js'

export interface QueryConfig {
  log: LogOptions
  databaseUrl: string
  http: HttpPlace
  /** Schema of the tables, `skein` where it is left out. */
  schema?: string
  /** Leave it to an operator to make tables anew that an older release made by another definition. */
  waitForRebuild?: boolean
  /** Checks of services in the same process that share the port, for the health of the whole. */
  neighbours?: Readonly<Record<string, HealthCheck>>
  /** Where the services are whose calls are passed on; without an address a call of theirs is none here. */
  passOnTo?: GatewayAddresses
  /** What is left out is as in `DEFAULT_QUERY_SETTINGS`. */
  settings?: Partial<QuerySettings>
  /** What is left out is as in `DEFAULT_MANNERS`. */
  manners?: Partial<Manners>
}

export interface RunningQuery {
  /** Address of the HTTP API; `null` where the port is shared. */
  url: string | null
  /** The express instance, for a port that is shared. */
  handler: HttpApp['handler']
  /** Has a shared server hand over its WebSockets. */
  serveSockets(server: Server): void
  /** Ends the live streams, whose readers come back when they can: a server that waits for its connections need not wait for those. */
  endLive(): void
  stop(): Promise<void>
}

/** Starts the projector and the reading half of the HTTP API. */
export const startQuery = async (config: QueryConfig): Promise<RunningQuery> => {
  const { databaseUrl, schema } = config
  const log = await openLog(config.log)
  const views = await openViews({
    databaseUrl,
    cursorSecret: log.secrets.cursorSecret,
    ...(schema === undefined ? {} : { schema }),
  })
  const manners = { ...DEFAULT_MANNERS, ...config.manners }
  const settings = { ...DEFAULT_QUERY_SETTINGS, ...config.settings, ...manners }
  const gateway = gatewayTo(config.passOnTo ?? {})
  const skipped = new SkippedEvents()
  const again = { databaseUrl, source: log.source() }
  const renewing = new Renewing(views.database, config.waitForRebuild ?? false, again)
  const neighbours = { ...config.neighbours, ...gateway.checks, events: skipped.check, tables: renewing.check }
  const limiter = manners.requestsPerMinute === null ? null : log.rates(manners.requestsPerMinute)
  const http = await createHttpApp(QueryModule.on(log, views, neighbours, settings), {
    http: config.http,
    passOn: gateway.handler,
    manners,
    ...(limiter === null ? {} : { rates: () => limiter }),
  })
  const live = http.app.get(Live)
  await live.start()
  const after = (partition: number): Promise<number> => views.checkpoint(partition)
  const strategy = new EventStreamServer({ log, after, onSkipped: skipped.note })
  http.app.connectMicroservice({ strategy })
  await http.app.startAllMicroservices()
  const url = await http.start()
  const sockets = new SocketDoor(live, new Doorkeeper(log.directory, limiter, live.streams))
  if (url !== null) sockets.serve(http.app.getHttpServer())
  const endLive = (): void => {
    live.close()
    sockets.close()
  }
  const stop = async (): Promise<void> => {
    endLive()
    await http.close()
    gateway.close()
    await renewing.stop()
    await views.close()
    await log.close()
  }
  const serveSockets = (server: Server): void => sockets.serve(server)
  return { url, handler: http.handler, serveSockets, endLive, stop }
}
