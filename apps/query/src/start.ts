import { createHttpApp, type HealthCheck, type HttpApp, type HttpPlace } from '@skein/http'
import { EventStreamServer, openLog, type LogOptions } from '@skein/log'
import { openViews } from '@skein/views'
import { QueryModule } from './query.module.js'

export interface QueryConfig {
  log: LogOptions
  databaseUrl: string
  http: HttpPlace
  /** Schema of the tables, `skein` where it is left out. */
  schema?: string
  /** Checks of services in the same process that share the port, for the health of the whole. */
  neighbours?: Readonly<Record<string, HealthCheck>>
}

export interface RunningQuery {
  /** Address of the HTTP API; `null` where the port is shared. */
  url: string | null
  /** The express instance, for a port that is shared. */
  handler: HttpApp['handler']
  stop(): Promise<void>
}

/** Starts the projector and the reading half of the HTTP API. */
export const startQuery = async (config: QueryConfig): Promise<RunningQuery> => {
  const { databaseUrl, schema, neighbours = {} } = config
  const log = await openLog(config.log)
  const views = await openViews({
    databaseUrl,
    cursorSecret: log.secrets.cursorSecret,
    ...(schema === undefined ? {} : { schema }),
  })
  const http = await createHttpApp(QueryModule.on(log, views, neighbours), { http: config.http })
  const strategy = new EventStreamServer({ log, after: (partition) => views.checkpoint(partition) })
  http.app.connectMicroservice({ strategy })
  await http.app.startAllMicroservices()
  const url = await http.start()
  const stop = async (): Promise<void> => {
    await http.close()
    await views.close()
    await log.close()
  }
  return { url, handler: http.handler, stop }
}
