import { createHttpApp, type HttpPlace } from '@skein/http'
import { openLog, type LogOptions } from '@skein/log'
import { OutboxModule } from './outbox.module.js'

export interface OutboxConfig {
  log: LogOptions
  http: HttpPlace
}

export interface RunningOutbox {
  /** Address of the health calls; `null` where the port is shared. */
  url: string | null
  stop(): Promise<void>
}

export const startOutbox = async (config: OutboxConfig): Promise<RunningOutbox> => {
  const log = await openLog(config.log)
  const http = await createHttpApp(OutboxModule.on(log), { http: config.http })
  const url = await http.start()
  const stop = async (): Promise<void> => {
    await http.close()
    await log.close()
  }
  return { url, stop }
}
