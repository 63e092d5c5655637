import { events, type LiveEvent } from '@skein/client'
import type { ApiFlags } from '../directory/run-directory.js'
import { clientOf, oneLine, say } from './output.js'

export interface WatchFlags extends ApiFlags {
  readonly inbox?: string[]
  readonly thread?: string
  readonly type?: string[]
  readonly after?: string
  readonly fromStart?: true
}

const textIn = (event: LiveEvent, member: string): string => {
  const value = event.data[member]
  return typeof value === 'string' ? value : ''
}

const lineOf = (event: LiveEvent): string => {
  const about = oneLine(textIn(event, 'subject') || textIn(event, 'reason'), 50)
  const time = event.time.slice(0, 19).replace('T', ' ')
  return [time, event.type.padEnd(17), event.thread_id, about].join('  ').trimEnd()
}

/** Prints events until it is interrupted; says on stderr when the connection is cut and made again. */
export const watch = async (flags: WatchFlags): Promise<void> => {
  const client = await clientOf(flags)
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const { inbox, thread, type, after } = flags
  const wanted = {
    ...(inbox === undefined ? {} : { inbox }),
    ...(thread === undefined ? {} : { thread }),
    ...(type === undefined ? {} : { type }),
    ...(after === undefined ? {} : { after }),
    ...(flags.fromStart === undefined ? {} : { from: 'start' as const }),
  }
  const onCut = (reason: unknown): void => {
    process.stderr.write(`skein: ${reason instanceof Error ? reason.message : 'cut off'}; trying again\n`)
  }
  for await (const event of events(client, { ...wanted, signal: stop.signal, onCut }))
    say(flags.json ? JSON.stringify(event) : lineOf(event))
}
