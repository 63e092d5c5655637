import type { Log } from './log.js'

type State = { state: 'green' | 'yellow' | 'red'; detail: string }

/** Whether the bus answers, whether what it accepts is on disk, and whether anything is parked: each in words. */
export const logChecks = (log: Log): Record<'nats' | 'durability' | 'parked', () => State | Promise<State>> => ({
  nats: async () => {
    const ms = await log.connection.rtt()
    return { state: 'green', detail: `answers in ${ms} ms` }
  },
  durability: () =>
    log.durability.durable
      ? { state: 'green', detail: 'nats-server syncs every write' }
      : { state: 'yellow', detail: log.durability.reason },
  parked: async () => {
    const count = (await log.parked.list()).length
    return count === 0
      ? { state: 'green', detail: 'nothing is parked' }
      : { state: 'yellow', detail: `${count} parked: skein ops parked lists them` }
  },
})
