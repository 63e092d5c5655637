import { hash } from 'node:crypto'
import { bigintsAsText, binaryArray } from './binary-array.js'
import type { Cell, ColumnType } from './binary-format.js'

export type { Cell } from './binary-format.js'
/** Column names with the Postgres type of their elements, in order. */
export type Columns = Readonly<Record<string, ColumnType>>

/** How rows of a kind are stored: the table, its columns, and what a row has in them. */
export interface RowsOf<Row> {
  readonly table: string
  readonly columns: Columns
  readonly cells: (row: Row) => Record<string, Cell>
}

/** Text as Postgres can hold it: without NUL, and well-formed (a lone surrogate becomes U+FFFD). */
export const storable = (text: string): string =>
  (text.includes('\0') ? text.replaceAll('\0', '') : text).toWellFormed()

/** What JSON spells out and Postgres does not take: NUL, and halves of characters (they are only spelled out where they are alone). */
const NOT_STORABLE = /\\u(?:0000|d[89a-f])/

/** JSON as Postgres can hold it. */
export const storableJson = (value: unknown): string => {
  const json = JSON.stringify(value)
  // asking for every part takes four times as long, and hardly a mail has such signs
  return NOT_STORABLE.test(json)
    ? JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? storable(part) : part))
    : json
}

const EARLIEST = Date.parse('0001-01-01T00:00:00Z')
const LATEST = Date.parse('9999-12-31T23:59:59.999Z')

/** ISO 8601 UTC with milliseconds, 24 characters, within the years that such a text can hold: compares as text too. */
export const storableTime = (iso: string): string =>
  new Date(Math.min(LATEST, Math.max(EARLIEST, Date.parse(iso) || EARLIEST))).toISOString()

/** Digests that are held at most, and of what length their texts are. */
const [HELD, LONG] = [20_000, 200]
const digests = new Map<string, Buffer>()

/** 16 bytes that stand for a text of any length within a space. The same people and ids come again and again, so some are held. */
export const digestOf = (space: string, text: string): Buffer => {
  const named = `${space}\0${text}`
  const known = digests.get(named)
  if (known !== undefined) return known
  if (digests.size >= HELD) digests.clear()
  const digest = hash('sha256', named, 'buffer').subarray(0, 16)
  if (named.length < LONG) digests.set(named, digest)
  return digest
}

/** An array cannot be the element of an array: its text is, and the server reads it again (`insertSql`). */
const isArray = (type: ColumnType): boolean => type === 'bigint[]'

/** `unnest` of one array parameter for each column, from `$first` on, as the rows of a table `alias`. */
export const unnest = (columns: Columns, alias: string, first = 1): string => {
  const arrays = Object.values(columns).map((type, i) => `$${first + i}::${isArray(type) ? 'text' : type}[]`)
  return `unnest(${arrays.join(', ')}) as ${alias}(${Object.keys(columns).join(', ')})`
}

/** Rows turned into one array for each column, as the server receives it. */
export const arrays = <Row>(
  columns: Columns,
  rows: readonly Row[],
  cells: (row: Row) => Record<string, Cell>,
): Buffer[] => {
  const values = rows.map(cells)
  return Object.entries(columns).map(([name, type]) => {
    const cellsOf = values.map((row) => row[name] ?? null)
    return isArray(type)
      ? binaryArray(
          'text',
          cellsOf.map((cell) => cell && bigintsAsText(cell as Buffer)),
        )
      : binaryArray(type, cellsOf)
  })
}

/** `insert into … select … from unnest(…)`, with what shall happen on a conflict. */
export const insertSql = (table: string, columns: Columns, onConflict: string): string => {
  const cells = Object.entries(columns).map(([name, type]) => (isArray(type) ? `${name}::${type}` : name))
  return `insert into ${table} (${Object.keys(columns).join(', ')}) select ${cells.join(', ')} from ${unnest(columns, 'given')} ${onConflict}`
}

/** A timestamp as the 24 characters that everything here compares. */
export const isoSql = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
