import { NotDurable } from './errors.js'

export type Durability = { durable: true } | { durable: false; reason: string }

interface Varz {
  version?: string
  jetstream?: { config?: { sync_always?: boolean } }
}

const ASK_TIMEOUT_MS = 3_000

/** Asks the server's monitor (`/varz`) whether JetStream syncs every write before it answers (`sync_interval: always`). */
export const readDurability = async (monitorUrl: string): Promise<Durability> => {
  try {
    const answer = await fetch(new URL('/varz', monitorUrl), { signal: AbortSignal.timeout(ASK_TIMEOUT_MS) })
    const varz = (await answer.json()) as Varz
    if (varz.jetstream?.config?.sync_always === true) return { durable: true }
    return {
      durable: false,
      reason: 'nats-server runs without `sync_interval: always`: a power cut can lose accepted mail',
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    return { durable: false, reason: `the monitor at ${monitorUrl} did not say whether nats-server syncs (${why})` }
  }
}

/** @throws NotDurable unless the server syncs or the operator said that losing mail is acceptable */
export const requireDurability = (found: Durability, allowUnsafe: boolean): void => {
  if (found.durable || allowUnsafe) return
  throw new NotDurable(
    `${found.reason}. Set \`sync_interval: always\` in its jetstream block and NATS_MONITOR_URL to its monitor, ` +
      'or SKEIN_UNSAFE_ASYNC_FSYNC=1 to run all the same.',
  )
}
