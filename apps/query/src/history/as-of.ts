import { badRequest } from '@skein/http'
import { z } from 'zod'

const SEQUENCE = /^(?:(\d{1,4}):)?(\d{1,15})$/

/** A place of the log (`<partition>:<sequence>`, or the sequence alone) or a time (ISO 8601 with its offset). */
export const asOf = z
  .union(
    [z.string().regex(SEQUENCE), z.iso.datetime({ offset: true })],
    'is neither an event (<partition>:<sequence>, or <sequence>) nor a time (2026-01-31T12:00:00Z)',
  )
  .describe('An event, as `<partition>:<sequence>` or `<sequence>`, or a time: the thread as it was then.')

/** Up to which event: its sequence, or all until a time. */
export type Moment = { readonly sequence: number } | { readonly time: number }

const FIX = 'Send an event as <partition>:<sequence> or <sequence>, or a time as 2026-01-31T12:00:00Z.'

export const wrongAsOf = (detail: string, fix = FIX): Error =>
  badRequest(`as_of: ${detail}`, { field: 'as_of', fix, in: 'query' })

/** @throws Problem 400 for an event of another partition than the thread's, or one that has not happened */
export const momentOf = (text: string, partition: number, end: number): Moment => {
  const [, named, sequence] = SEQUENCE.exec(text) ?? []
  if (sequence === undefined) return { time: Date.parse(text) }
  if (named !== undefined && Number(named) !== partition)
    throw wrongAsOf(`the thread is in partition ${partition}, not ${named}.`, `Send ${partition}:<sequence>.`)
  if (Number(sequence) > end)
    throw wrongAsOf(
      `the last event of partition ${partition} is ${end}.`,
      `Send at most ${partition}:${end}, or a time.`,
    )
  return { sequence: Number(sequence) }
}
