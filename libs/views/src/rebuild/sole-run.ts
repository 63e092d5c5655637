import { hostname, userInfo } from 'node:os'
import type { Database, Run } from '../database.js'

/** Any number will do; with the schema's name it is the lock that one rebuild holds. */
const REBUILD_LOCK = 7_530_242
/** A killed run's connections end within a second or so; only then its lock is free. */
const PATIENCE_MS = 3_000
const PAUSE_MS = 200

/** Somebody else rebuilds the same tables just now. */
export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning'
}

const holderOf = async (run: Run, schema: string): Promise<string> => {
  const [found] = await run<{ name: string; pid: number; since: string; client: string | null }>(
    `select a.application_name as name, a.pid, a.client_addr::text as client,
       to_char(a.backend_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"') as since
     from pg_locks l join pg_stat_activity a on a.pid = l.pid
     where l.locktype = 'advisory' and l.granted and l.classid = $1::int8::oid and l.objid = (hashtext($2)::int8 & 4294967295)::oid
       and l.database = (select oid from pg_database where datname = current_database())`,
    [REBUILD_LOCK, schema],
  )
  if (found === undefined) return 'one that ends just now'
  const { name, pid, since, client } = found
  return `${name || 'a process without a name'} from ${client ?? 'this machine'}, since ${since} (Postgres process ${pid})`
}

/**
 * Does the work while no other run of any process on the same tables does. The lock is the connection's, so it ends with the
 * process however that ends; `run` is that connection, and whatever must not happen twice is done through it.
 * @throws AlreadyRunning, which names who runs
 */
export const soleRun = <T>(database: Database, work: (run: Run) => Promise<T>): Promise<T> =>
  database.hold(async (run) => {
    const name = `skein rebuild by ${userInfo().username} on ${hostname()}, process ${process.pid}`
    await run(`select set_config('application_name', $1, false)`, [name.slice(0, 63)])
    const deadline = performance.now() + PATIENCE_MS
    for (;;) {
      const [got] = await run<{ locked: boolean }>('select pg_try_advisory_lock($1, hashtext($2)) as locked', [
        REBUILD_LOCK,
        database.schema,
      ])
      if (got?.locked === true) break
      if (performance.now() > deadline)
        throw new AlreadyRunning(`these tables are being rebuilt already: ${await holderOf(run, database.schema)}`)
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
    return await work(run)
  })
