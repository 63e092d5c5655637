import { hash } from 'node:crypto'
import { binaryArray } from './binary-array.js'
import type { Cell, ColumnType } from './binary-array.js'

export type { Cell } from './binary-array.js'
/** Column names with the Postgres type of their elements, in order. */
export type Columns = Readonly<Record<string, ColumnType>>

/** Text as Postgres can hold it: without NUL, and well-formed (a lone surrogate becomes U+FFFD). */
export const storable = (text: string): string =>
  (text.includes('\0') ? text.replaceAll('\0', '') : text).toWellFormed()

/** JSON as Postgres can hold it. */
export const storableJson = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? storable(part) : part))

const EARLIEST = Date.parse('0001-01-01T00:00:00Z')
const LATEST = Date.parse('9999-12-31T23:59:59.999Z')

/** ISO 8601 UTC with milliseconds, 24 characters, within the years that such a text can hold: compares as text too. */
export const storableTime = (iso: string): string =>
  new Date(Math.min(LATEST, Math.max(EARLIEST, Date.parse(iso) || EARLIEST))).toISOString()

/** 16 bytes that stand for a text of any length within a space. */
export const digestOf = (space: string, text: string): Buffer =>
  hash('sha256', `${space}\0${text}`, 'buffer').subarray(0, 16)

/** `unnest` of one array parameter for each column, from `$first` on, as the rows of a table `alias`. */
export const unnest = (columns: Columns, alias: string, first = 1): string => {
  const arrays = Object.values(columns).map((type, i) => `$${first + i}::${type}[]`)
  return `unnest(${arrays.join(', ')}) as ${alias}(${Object.keys(columns).join(', ')})`
}

/** Rows turned into one array for each column, as the server receives it. */
export const arrays = <Row>(
  columns: Columns,
  rows: readonly Row[],
  cells: (row: Row) => Record<string, Cell>,
): Buffer[] => {
  const values = rows.map(cells)
  return Object.entries(columns).map(([name, type]) =>
    binaryArray(
      type,
      values.map((row) => row[name] ?? null),
    ),
  )
}

/** `insert into … select … from unnest(…)`, with what shall happen on a conflict. */
export const insertSql = (table: string, columns: Columns, onConflict: string): string =>
  `insert into ${table} (${Object.keys(columns).join(', ')}) select * from ${unnest(columns, 'given')} ${onConflict}`

/** A timestamp as the 24 characters that everything here compares. */
export const isoSql = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
