import { userInfo } from 'node:os'
import { messageId, spaceId } from '@skein/events'
import type { Log } from '@skein/log'
import { dropBeside, rebuildTables } from '@skein/views'
import { logAt, placeOf, type InstanceOptions } from '../instance-place.js'
import { eraseFromLog, type Erased, type Wanted } from './erase-log.js'

export interface EraseOptions extends InstanceOptions {
  message: string | undefined
  address: string | undefined
  space: string | undefined
  json: boolean
}

/** @throws Error unless exactly one thing is named, in the form that it has */
const wantedOf = ({ message, address, space }: EraseOptions): Wanted => {
  const given = [message, address, space].filter((one) => one !== undefined)
  if (given.length !== 1) throw new Error('name one of --message <id>, --address <address> and --space <id>')
  if (message !== undefined) {
    const read = messageId.safeParse(message)
    if (!read.success) throw new Error(`--message: ${message} is not the id of a message (msg_…)`)
    return { message: read.data }
  }
  if (space !== undefined) {
    const read = spaceId.safeParse(space)
    if (!read.success) throw new Error(`--space: ${space} is not the id of a space (spc_…)`)
    return { space: read.data }
  }
  if (address === undefined || !/^[^\s@]+@[^\s@]+$/.test(address))
    throw new Error(`--address: ${address} is not an address`)
  return { address }
}

/** Views and index from what is left of the log; tables beside them, from before, still know what was erased, and go. */
const makeTablesAnew = async (log: Log, databaseUrl: string): Promise<void> => {
  await dropBeside({ databaseUrl })
  await rebuildTables({ databaseUrl, source: log.source(), accept: true })
  await dropBeside({ databaseUrl })
}

/** `skein ops erase`. Answers the exit code: 1 where nothing was found. */
export const erase = async (options: EraseOptions): Promise<number> => {
  const wanted = wantedOf(options)
  const place = await placeOf(options)
  try {
    const log = await logAt(place, 'skein-erase')
    const work = async (): Promise<Erased> => {
      const done = await eraseFromLog(log, wanted, `ops:${userInfo().username}`)
      if (done.messages > 0) await makeTablesAnew(log, place.databaseUrl)
      return done
    }
    const erased = await work().finally(() => log.close())
    const { messages, events, records } = erased
    const words =
      messages === 0
        ? 'Nothing was found.'
        : `${messages} messages are erased: ${records} inputs and ${events} events hold no content of theirs any more.\n` +
          'Backups that were taken before still do: take a new one into an empty place, and remove the old.'
    process.stdout.write(`${options.json ? JSON.stringify(erased) : words}\n`)
    return messages === 0 ? 1 : 0
  } finally {
    await place.leave()
  }
}
