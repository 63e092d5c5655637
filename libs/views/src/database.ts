import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { MikroORM } from '@mikro-orm/postgresql'
import type { EntityManager } from '@mikro-orm/postgresql'
import { Migrator } from '@mikro-orm/migrations'
import type { Pool, PoolClient } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { migrations } from './migrations/index.js'
import { stampEmpty } from './rebuild/definition.js'
import { isDuplicate, RowWriter } from './row-writer.js'
import { entities } from './schema/index.js'

export interface DatabaseOptions {
  readonly databaseUrl: string
  /** The schema that holds every table; a second one beside it is a full copy that nobody else sees. */
  readonly schema?: string
  /** Connections at most. */
  readonly poolSize?: number
  /** Settings of the server for these connections. */
  readonly settings?: Readonly<Record<string, string>>
}

/** Runs one statement with `$1 …` parameters; JavaScript arrays become Postgres arrays. */
export type Run = <Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]) => Promise<Row[]>

/** Sends pieces of data to a statement `copy … from stdin`. */
export type Copy = (sql: string, pieces: readonly Buffer[]) => Promise<void>

const SCHEMA_NAME = /^[a-z_][a-z0-9_]{0,62}$/
/** A page of a list takes a few milliseconds; compiling its plan would take longer than running it. */
const ALWAYS = '-c timezone=UTC -c client_min_messages=warning -c jit=off'
/** Any number will do, as long as it is the same in every process. */
const MIGRATION_LOCK = 7_530_241

/** The tables of one schema: entities and migrations by MikroORM, bulk work and hot reads as SQL on the same pool. */
export class Database {
  private constructor(
    private readonly orm: MikroORM,
    private readonly pool: Pool,
    readonly schema: string,
  ) {}

  /** Connects, and brings the schema to the newest migration; processes that start at once do so one after the other. */
  static async open(options: DatabaseOptions): Promise<Database> {
    const { databaseUrl, schema = 'skein', poolSize = 8, settings = {} } = options
    if (!SCHEMA_NAME.test(schema)) throw new RangeError(`${schema} is not a plain lower-case name for a schema`)
    const also = Object.entries(settings).map(([name, value]) => ` -c ${name}=${value}`)
    const orm = await MikroORM.init({
      clientUrl: databaseUrl,
      schema,
      entities,
      extensions: [Migrator],
      driverOptions: {
        options: `-c search_path=${schema},public ${ALWAYS}${also.join('')}`,
      },
      pool: { min: 0, max: Math.max(2, poolSize), idleTimeoutMillis: 30_000 },
      migrations: { migrationsList: migrations, tableName: 'migration', snapshot: false, disableForeignKeys: false },
      ensureDatabase: false,
      logger: () => undefined,
    })
    try {
      const pool = await orm.em.getConnection().getNativeClient()
      const database = new Database(orm, pool, schema)
      await database.migrate()
      return database
    } catch (error) {
      await orm.close(true)
      throw error
    }
  }

  private async migrate(): Promise<void> {
    await this.transaction(async (run) => {
      await run('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK])
      await this.run(`create schema if not exists "${this.schema}"`)
      await this.orm.migrator.up()
      await stampEmpty(this.run.bind(this), this.schema)
    })
  }

  /** A fresh unit of work. */
  em(): EntityManager {
    return this.orm.em.fork()
  }

  /** One statement on its own. With a `name` it is prepared once for each connection: for what runs all the time. */
  async run<Row = Record<string, unknown>>(
    sql: string,
    parameters: readonly unknown[] = [],
    name?: string,
  ): Promise<Row[]> {
    const { rows } = await this.pool.query({
      text: sql,
      values: [...parameters],
      ...(name === undefined ? {} : { name }),
    })
    return rows as Row[]
  }

  /** All or nothing. `snapshot`: every statement in it sees the same moment. */
  transaction<T>(work: (run: Run) => Promise<T>, snapshot = false): Promise<T> {
    return this.within(snapshot ? 'begin isolation level repeatable read, read only' : 'begin', (client) =>
      work(runOn(client)),
    )
  }

  /**
   * All or nothing, of rows. `many`: rows that are new are copied into the tables; where one of them was there after all, the work
   * is done once more by statements that leave it as it is.
   */
  async write<T>(many: boolean, work: (writer: RowWriter) => Promise<T>): Promise<T> {
    if (many) {
      try {
        return await this.within('begin', (client) => work(new RowWriter(runOn(client), copyOn(client))))
      } catch (error) {
        if (!isDuplicate(error)) throw error
      }
    }
    return this.within('begin', (client) => work(new RowWriter(runOn(client), null)))
  }

  private async within<T>(begin: string, work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.pool.connect()
    let lost: Error | undefined
    const onLost = (error: Error): void => void (lost = error)
    client.on('error', onLost)
    try {
      await client.query(begin)
      const result = await work(client)
      await client.query('commit')
      return result
    } catch (error) {
      await client.query('rollback').catch((also: unknown) => (lost ??= also as Error))
      throw error
    } finally {
      client.off('error', onLost)
      client.release(lost)
    }
  }

  /** One connection for all of the work: what a session holds (an advisory lock) lasts as long as it does. */
  async hold<T>(work: (run: Run) => Promise<T>): Promise<T> {
    const client = await this.pool.connect()
    const lost: { error?: Error } = {}
    client.on('error', (error) => (lost.error = error))
    try {
      return await work(runOn(client))
    } finally {
      // closed, not given back: nothing of the session shall outlive the work
      client.release(lost.error ?? true)
    }
  }

  /** SQL that would make the tables what the entities say; empty where they are. Indexes are the migrations' own. */
  async schemaDifference(): Promise<string> {
    const sql = await this.orm.schema.getUpdateSchemaSQL({ dropTables: false })
    return sql.replaceAll(/^(set names|drop index) .*$/gm, '').trim()
  }

  /** Round trip to the server, in milliseconds. */
  async ping(): Promise<number> {
    const start = performance.now()
    await this.run('select 1')
    return Math.round((performance.now() - start) * 10) / 10
  }

  async close(): Promise<void> {
    await this.orm.close(true)
  }
}

const runOn =
  (client: PoolClient): Run =>
  async <Row>(sql: string, parameters: readonly unknown[] = []) =>
    (await client.query(sql, [...parameters])).rows as Row[]

const copyOn =
  (client: PoolClient): Copy =>
  (sql, pieces) =>
    pipeline(Readable.from(pieces), client.query(copyFrom(sql)))
