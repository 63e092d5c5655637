import { healthOf } from '@skein/http'
import { openLog, type Log, type LogOptions } from '@skein/log'
import { startOutbox, type OutboxConfig } from '@skein/outbox'
import { startQuery } from '@skein/query'
import { testNats, testPostgres } from '@skein/servers'
import { startThreader } from '@skein/threader'
import { openViews, type Views } from '@skein/views'

export const SECRET = 'a-secret-of-the-faults'

export interface StartedOutbox {
  /** What it says of its health, by check. */
  health(): Promise<Record<string, { state: string; detail: string }>>
  stop(): Promise<void>
}

/** What a mail of ours needs on its way out: log, threader, views and, where it is asked for, outbox; on servers of their own. */
export interface SendingSystem {
  readonly log: Log
  readonly views: Views
  readonly natsUrl: string
  readonly monitorUrl: string
  readonly databaseUrl: string
  /** In this process; on the tables of the system unless others are given. */
  startOutbox(settings: OutboxConfig['settings'], holder?: string, databaseUrl?: string): Promise<StartedOutbox>
  stop(): Promise<void>
}

export const startSendingSystem = async (): Promise<SendingSystem> => {
  const [nats, postgres] = await Promise.all([testNats(), testPostgres()])
  const { natsUrl, monitorUrl } = nats
  const { databaseUrl } = postgres
  const logAs = (name: string): LogOptions => ({ url: natsUrl, monitorUrl, name, partitions: 2, secret: SECRET })
  const threader = await startThreader({ log: logAs('threader'), databaseUrl, http: 'shared', holder: 'faults' })
  const query = await startQuery({ log: logAs('query'), databaseUrl, http: 'shared' })
  const log = await openLog(logAs('faults'))
  const views = await openViews({ databaseUrl, cursorSecret: 'faults' })
  const outboxes = new Set<StartedOutbox>()
  const start: SendingSystem['startOutbox'] = async (settings = {}, holder = 'faults', on = databaseUrl) => {
    const running = await startOutbox({ log: logAs('outbox'), databaseUrl: on, http: 'shared', holder, settings })
    const outbox: StartedOutbox = {
      health: async () => (await healthOf(running.checks)).checks,
      stop: async () => {
        outboxes.delete(outbox)
        await running.stop()
      },
    }
    outboxes.add(outbox)
    return outbox
  }
  const stop = async (): Promise<void> => {
    for (const outbox of outboxes) await outbox.stop()
    await Promise.all([threader.stop(), query.stop(), views.close(), log.close()])
    await Promise.all([nats.stop(), postgres.stop()])
  }
  return { log, views, natsUrl, monitorUrl, databaseUrl, startOutbox: start, stop }
}
