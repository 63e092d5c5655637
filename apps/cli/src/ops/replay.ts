import { Database } from '@skein/views'
import { logAt, placeOf, type InstanceOptions } from '../instance-place.js'
import { replayed } from './replay-events.js'
import { rangeOf, type ReplayAsked } from './replay-range.js'
import { checkedSubject, toSubject, toTerminal } from './replay-target.js'

export interface ReplayOptions extends InstanceOptions {
  asked: ReplayAsked
  /** Another system's subject on the bus; without it the lines go to the terminal and nowhere else. */
  toSubject: string | undefined
}

/**
 * `skein ops replay`: events of the log once more. Nothing is decided, written to the log, or sent: what leaves is what goes to
 * the target that was named.
 */
export const replay = async (options: ReplayOptions): Promise<void> => {
  const subject = options.toSubject === undefined ? undefined : checkedSubject(options.toSubject)
  const place = await placeOf(options)
  const log = await logAt(place, 'skein-ops')
  const database = await Database.open({ databaseUrl: place.databaseUrl })
  const complain = (line: string): void => void process.stderr.write(`skein: ${line}\n`)
  try {
    const range = await rangeOf(log, options.asked)
    const target = subject === undefined ? toTerminal(process.stdout) : toSubject(log, subject)
    const skipped = ({ reason }: { reason: string }): void => complain(`${reason}: left out; a newer release wrote it`)
    let count = 0
    for await (const event of replayed({ log, database }, range, skipped)) {
      await target.take(event)
      count++
    }
    await target.end()
    complain(subject === undefined ? `${count} events` : `${count} events went to ${subject}`)
  } finally {
    await database.close()
    await log.close()
    await place.leave()
  }
}
