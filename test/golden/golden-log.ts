import { readdirSync, readFileSync } from 'node:fs'
import {
  composedRecord,
  decodeEvent,
  deliveryRecord,
  receivedRecord,
  type CloudEvent,
  type ReceivedRecord,
  type StoredEvent,
} from '@skein/events'
import { z } from 'zod'

const line = z.object({
  stream: z.string(),
  sequence: z.int().positive(),
  subject: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
})
/** A message of `EVENTS-<p>` or `MAIL-<p>` as it was stored; pieces of raw mail are left out. */
export type GoldenLine = z.infer<typeof line>

/** A log as one release wrote it. */
export interface GoldenLog {
  readonly name: string
  readonly lines: readonly GoldenLine[]
}

const folder = new URL('./', import.meta.url)

/** `log-1.jsonl` and so on, in the order in which they were written. What is in them never changes. */
export const goldenLogs: readonly GoldenLog[] = readdirSync(folder)
  .filter((name) => /^log-\d+\.jsonl$/.test(name))
  .sort((a, b) => Number(a.slice('log-'.length, -'.jsonl'.length)) - Number(b.slice('log-'.length, -'.jsonl'.length)))
  .map((name) => ({
    name,
    lines: readFileSync(new URL(name, folder), 'utf8')
      .trim()
      .split('\n')
      .map((text) => line.parse(JSON.parse(text))),
  }))

export const isEvent = ({ stream }: GoldenLine): boolean => stream.startsWith('EVENTS-')
export const partitionOfLine = ({ stream }: GoldenLine): number => Number(stream.slice(stream.indexOf('-') + 1))

export const cloudEventOf = ({ headers, body }: GoldenLine): CloudEvent => ({ headers, body })
export const eventOfLine = (one: GoldenLine): StoredEvent =>
  decodeEvent(cloudEventOf(one), { sequence: one.sequence, partition: partitionOfLine(one) })

const RECORDS = { received: receivedRecord, composed: composedRecord, delivery: deliveryRecord } as const

/** An input record, read by the schema of its kind. @throws ZodError */
export const recordOfLine = ({ subject, body }: GoldenLine): z.infer<(typeof RECORDS)[keyof typeof RECORDS]> => {
  const kind = subject.slice(subject.lastIndexOf('.') + 1)
  if (!Object.hasOwn(RECORDS, kind)) throw new Error(`${subject} is of no kind that is known`)
  return RECORDS[kind as keyof typeof RECORDS].parse(JSON.parse(body))
}

/** Input records of mail for a projection, by their places in the log. */
export const recordsIn =
  (lines: readonly GoldenLine[]) =>
  (partition: number, sequences: number[]): Promise<Map<number, ReceivedRecord>> => {
    const wanted = new Set(sequences)
    const found = new Map<number, ReceivedRecord>()
    for (const one of lines) {
      if (isEvent(one) || partitionOfLine(one) !== partition || !wanted.has(one.sequence)) continue
      const record = recordOfLine(one)
      if ('facts' in record) found.set(one.sequence, record)
    }
    return Promise.resolve(found)
  }
