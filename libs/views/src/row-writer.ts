import { arrays, insertSql, type Columns, type RowsOf } from './bulk.js'
import { binaryRows } from './binary-rows.js'
import type { Copy, Run } from './database.js'

/** A key that a row was to have is there already (SQLSTATE of Postgres). */
const UNIQUE_VIOLATION = '23505'
export const isDuplicate = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION

/** Below so many rows a statement costs less than a copy does. */
const FEW = 20

const copySql = (table: string, columns: Columns): string =>
  `copy ${table} (${Object.keys(columns).join(', ')}) from stdin (format binary)`

/**
 * Puts rows into tables, within one transaction of `Database.write`. Copying rows in costs the server half of what inserting them
 * does, but it cannot leave out those that are there.
 */
export class RowWriter {
  constructor(
    readonly run: Run,
    private readonly copy: Copy | null,
  ) {}

  /** Whether it counts that rows are new: if so, whoever knows which are says it. */
  get copies(): boolean {
    return this.copy !== null
  }

  /** Rows that follow from this batch alone, so that none of them is in the table yet. */
  async add<Row>({ table, columns, cells }: RowsOf<Row>, rows: readonly Row[]): Promise<void> {
    if (this.copy === null || rows.length < FEW) return this.addMissing({ table, columns, cells }, rows)
    await this.copy(copySql(table, columns), binaryRows(columns, rows.map(cells)))
  }

  /** Rows of which some may be in the table: those stay as they are there. */
  async addMissing<Row>({ table, columns, cells }: RowsOf<Row>, rows: readonly Row[]): Promise<void> {
    if (rows.length > 0)
      await this.run(insertSql(table, columns, 'on conflict do nothing'), arrays(columns, rows, cells))
  }
}
