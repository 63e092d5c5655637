import { encodeEvent, eventTypes, type EventType } from '@skein/events'
import { eventWords } from '@skein/threading'
import { describe, expect, it } from 'vitest'
import { cloudEventOf, eventOfLine, goldenLogs, isEvent, recordOfLine, type GoldenLine } from './golden-log.js'

const typeOf = ({ headers }: GoldenLine): string => (headers['ce-type'] ?? '').slice('skein.'.length)
const versionOf = ({ headers }: GoldenLine): number => Number(headers['ce-dataversion'])
const isNewest = (line: GoldenLine): boolean => eventTypes[typeOf(line) as EventType].v === versionOf(line)

const attributesOf = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('ce-') && name !== 'ce-chain'))

describe.each(goldenLogs)('$name, as a release wrote it', ({ lines }) => {
  const events = lines.filter(isEvent)
  const records = lines.filter((line) => !isEvent(line))

  it('has events that all read in the newest shape', () => {
    expect(events.length).toBeGreaterThan(0)
    expect(events.map((line) => eventOfLine(line).type)).toEqual(events.map(typeOf))
  })

  it('has input records that all read', () => {
    for (const line of records) expect(recordOfLine(line).v).toBe(1)
    const kinds = new Set(records.map(({ subject }) => subject.slice(subject.lastIndexOf('.') + 1)))
    expect([...kinds].sort()).toEqual(['composed', 'delivery', 'received'])
  })

  it('loses nothing of an event of the newest shape on its way through memory', () => {
    for (const line of events.filter(isNewest)) {
      const { headers, body } = encodeEvent(eventOfLine(line))
      expect(JSON.parse(body)).toEqual(JSON.parse(cloudEventOf(line).body))
      expect(attributesOf(headers)).toEqual(attributesOf(line.headers))
    }
  })

  it('loses nothing of an input record', () => {
    for (const line of records) expect(recordOfLine(line)).toEqual(JSON.parse(line.body))
  })
})

describe('the golden logs together', () => {
  const events = goldenLogs.flatMap(({ lines }) => lines.filter(isEvent))

  it.each(Object.entries(eventTypes))('have a %s of the newest version', (type, { v }) => {
    expect(events.some((line) => typeOf(line) === type && versionOf(line) === v)).toBe(true)
  })

  it('have every outcome that a delivery can have', () => {
    const records = goldenLogs.flatMap(({ lines }) => lines.filter((line) => !isEvent(line))).map(recordOfLine)
    const outcomes = new Set(records.flatMap((record) => ('outcome' in record ? [record.outcome] : [])))
    expect([...outcomes].sort()).toEqual(['deferred', 'failed', 'sent', 'unknown'])
  })

  /** What people read, labelled, claimed and sent is no part of a thread's timeline; nor is what only the index needs. */
  it.each([
    'ThreadStarted',
    'MessageThreaded',
    'MessageDelivered',
    'ThreadsMerged',
    'MergeUndone',
    'ThreadSplit',
    'MessageMoved',
    'MessageErased',
    'JoinSuggested',
    'JoinQuarantined',
    'JoinAccepted',
    'JoinRefused',
    'SubjectChanged',
    'MentionsReplaced',
    'MessageIdCollided',
    'AnchorDemoted',
  ])('have words for a person for each %s', (type) => {
    const names = { message: (id: string) => `message ${id}`, thread: (id: string) => `thread ${id}` }
    const said = events.filter((line) => typeOf(line) === type).map((line) => eventWords(eventOfLine(line), names))
    expect(said.length).toBeGreaterThan(0)
    for (const words of said) expect(words.join(' ')).toMatch(/^[A-Zm\d].*\.$/)
  })
})
