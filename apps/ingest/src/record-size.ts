import type { NewRecord } from './received-record.js'

/** Octets of an input record as JSON: half of what the bus lets through in one message. */
export const MAX_RECORD_BYTES = 4 * 1024 * 1024
/** Octets of a raw mail whose record cannot come near that, even if each of them became six in JSON, twice. */
const SMALL_MAIL = 256 * 1024

const encoder = new TextEncoder()
const bytesOf = (value: unknown): number => encoder.encode(JSON.stringify(value)).length

const withProblem = (record: NewRecord, problem: string): NewRecord => ({
  ...record,
  facts: { ...record.facts, problems: [...record.facts.problems, problem] },
})

/** The record, made to fit: ids and addresses without number go first, then the HTML, then the end of the text. */
export const fitRecord = (record: NewRecord): NewRecord => {
  if (record.size <= SMALL_MAIL || bytesOf(record) <= MAX_RECORD_BYTES) return record
  const lean = bytesOf(record.facts) > MAX_FACTS_BYTES ? withFewFacts(record) : record
  if (bytesOf(lean) <= MAX_RECORD_BYTES) return lean
  const plain = withProblem({ ...lean, html: null }, 'is too large with its HTML, which was left out')
  if (bytesOf(plain) <= MAX_RECORD_BYTES) return plain
  return withProblem({ ...plain, text: fittingText(plain) }, 'is too large with all of its text, which was cut')
}

const PIECE_CHARS = 4_096

/** As many pieces of the text as leave the record within its size. */
const fittingText = (record: NewRecord): string => {
  let room = MAX_RECORD_BYTES - bytesOf({ ...record, text: '' }) - 200
  let end = 0
  while (end < record.text.length && (room -= bytesOf(record.text.slice(end, end + PIECE_CHARS))) >= 0)
    end += PIECE_CHARS
  const isCutInside = /[\ud800-\udbff]/.test(record.text.charAt(end - 1))
  return record.text.slice(0, isCutInside ? end - 1 : end)
}

const MAX_FACTS_BYTES = 1024 * 1024
const MAX_LIST_BYTES = 100 * 1024

/** The first entries that have room together. */
const few = <T>(list: readonly T[]): T[] => {
  let room = MAX_LIST_BYTES
  const end = list.findIndex((entry) => (room -= bytesOf(entry) + 1) < 0)
  return end < 0 ? [...list] : list.slice(0, end)
}

const withFewFacts = (record: NewRecord): NewRecord => {
  const { facts } = record
  const kept = {
    ...facts,
    aliases: few(facts.aliases),
    inReplyTo: few(facts.inReplyTo),
    // the newest stand at the end (RFC 5322 §3.6.4)
    references: few(facts.references.toReversed()).toReversed(),
    from: few(facts.from),
    replyTo: few(facts.replyTo),
    to: few(facts.to),
    cc: few(facts.cc),
    bcc: few(facts.bcc),
  }
  return withProblem(
    { ...record, facts: kept },
    'names too many ids or addresses; those that had no room were left out',
  )
}
