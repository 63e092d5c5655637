import { openLog, type Log, type LogOptions } from '@skein/log'
import { startOutbox, type OutboxConfig } from '@skein/outbox'
import { startQuery } from '@skein/query'
import { testNats, testPostgres } from '@skein/servers'
import { startThreader } from '@skein/threader'
import { openViews, type Views } from '@skein/views'

export const SECRET = 'a-secret-of-the-faults'

/** What a mail of ours needs on its way out: log, threader, views and, where it is asked for, outbox; on servers of their own. */
export interface SendingSystem {
  readonly log: Log
  readonly views: Views
  readonly natsUrl: string
  readonly monitorUrl: string
  readonly databaseUrl: string
  startOutbox(settings: OutboxConfig['settings'], holder?: string): Promise<{ stop(): Promise<void> }>
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
  const outboxes = new Set<{ stop(): Promise<void> }>()
  const start: SendingSystem['startOutbox'] = async (settings = {}, holder = 'faults') => {
    const running = await startOutbox({ log: logAs('outbox'), databaseUrl, http: 'shared', holder, settings })
    const outbox = {
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
