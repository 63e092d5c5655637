import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { spawn, type ChildProcess, type SpawnOptions, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { startNats } from './nats.ts'
import { findNats } from './nats-program.ts'
import { startPostgres } from './postgres.ts'
import { isAlive } from './processes.ts'
import { startServers, type RunningServers } from './servers.ts'
import { canReach, isRoot, unprivilegedUser } from './system-user.ts'
import { temporaryFolder } from './test-servers.ts'

const folders: string[] = []
const folder = (): string => {
  const made = temporaryFolder()
  chmodSync(made, 0o755)
  folders.push(made)
  return made
}
afterAll(() => folders.forEach((made) => rmSync(made, { recursive: true, force: true })))

const query = async (databaseUrl: string, sql: string): Promise<unknown[]> => {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

const store = async (servers: Pick<RunningServers, 'natsUrl' | 'databaseUrl'>): Promise<void> => {
  await query(servers.databaseUrl, `create table kept (word text); insert into kept values ('row')`)
  const nats = await connect({ servers: servers.natsUrl })
  const manager = await jetstreamManager(nats)
  await manager.streams.add({ name: 'KEPT', subjects: ['kept'] })
  await jetstream(nats).publish('kept', 'message')
  await nats.close()
}

const stored = async (servers: Pick<RunningServers, 'natsUrl' | 'databaseUrl'>): Promise<unknown[]> => {
  const nats = await connect({ servers: servers.natsUrl })
  const message = await (await jetstreamManager(nats)).streams.getMessage('KEPT', { seq: 1 })
  await nats.close()
  return [...(await query(servers.databaseUrl, 'select word from kept')), message?.string()]
}

/** A process of its own that starts the servers on a folder, tells their addresses and stays. */
const host = async (dataDir: string, options: SpawnOptions = {}) => {
  const source = `
    import { startServers } from '${new URL('./servers.ts', import.meta.url).href}'
    const { natsUrl, databaseUrl, nats, postgres } = await startServers({ dataDir: ${JSON.stringify(dataDir)} })
    console.log(JSON.stringify({ natsUrl, databaseUrl, pids: [nats.pid, postgres.pid] }))
    setInterval(() => {}, 1e6)`
  const stdio: StdioOptions = ['ignore', 'pipe', 'inherit']
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { ...options, stdio })
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (said: Buffer) => resolve(said.toString()))
    child.once('exit', (code) => reject(new Error(`the host ended with ${code}`)))
  })
  return { child, ...(JSON.parse(line) as { natsUrl: string; databaseUrl: string; pids: number[] }) }
}

const kill = async (child: ChildProcess): Promise<void> => {
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}

describe('the embedded servers', () => {
  it('have the data of before after a stop', async () => {
    const dataDir = folder()
    const first = await startServers({ dataDir })
    await store(first)
    await first.stop()
    const second = await startServers({ dataDir })
    expect(await stored(second)).toEqual([{ word: 'row' }, 'message'])
    await second.stop()
  })

  it('outlive a killed owner, and are stopped and started again with their data by the next one', async () => {
    const dataDir = folder()
    const { child, pids, ...servers } = await host(dataDir)
    await store(servers)
    await kill(child)
    expect(pids.map(isAlive)).toEqual([true, true])
    const next = await startServers({ dataDir })
    expect(pids.map(isAlive)).toEqual([false, false])
    expect(await stored(next)).toEqual([{ word: 'row' }, 'message'])
    await next.stop()
  })

  it('have the data of before when they were killed themselves', async () => {
    const dataDir = folder()
    const first = await startServers({ dataDir })
    await store(first)
    for (const pid of [first.nats?.pid, first.postgres?.pid]) process.kill(pid as number, 'SIGKILL')
    await first.stop()
    const second = await startServers({ dataDir })
    expect(await stored(second)).toEqual([{ word: 'row' }, 'message'])
    await second.stop()
  })

  it('have the data of before when a stranger has got the id of a killed Postgres', async () => {
    const dataDir = folder()
    const first = await startServers({ dataDir })
    await store(first)
    process.kill(first.postgres?.pid as number, 'SIGKILL')
    await first.stop()
    const stranger = spawn('sleep', ['60'], isRoot() ? { ...unprivilegedUser(first.postgres?.clusterDir ?? '') } : {})
    const mark = join(first.postgres?.clusterDir ?? '', 'postmaster.pid')
    writeFileSync(mark, readFileSync(mark, 'utf8').replace(/^\d+/, String(stranger.pid)))
    const second = await startServers({ dataDir })
    expect(await stored(second)).toEqual([{ word: 'row' }, 'message'])
    await second.stop()
    expect(stranger.exitCode).toBeNull()
    stranger.kill()
  })

  it('leave a folder alone that a living process uses', async () => {
    const dataDir = folder()
    const first = await startServers({ dataDir })
    await expect(startServers({ dataDir })).rejects.toThrow(`in use by process ${process.pid}`)
    await expect(query(first.databaseUrl, 'select 1 as one')).resolves.toEqual([{ one: 1 }])
    await first.stop()
  })

  it('go to one of two owners that start at the same time', async () => {
    const dataDir = folder()
    const both = await Promise.allSettled([startPostgres({ dataDir }), startPostgres({ dataDir })])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    for (const outcome of both) if (outcome.status === 'fulfilled') await outcome.value.stop()
  })

  it('take the next port where somebody listens on the wanted one', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    const servers = await startServers({ dataDir: folder(), natsPort: port, postgresPort: port })
    expect(servers.nats?.port).toBeGreaterThan(port)
    expect(servers.postgres?.port).toBeGreaterThan(port)
    await servers.stop()
    other.close()
  })

  it('are not started where addresses of other ones are given', async () => {
    const given = { natsUrl: 'nats://elsewhere:4222', databaseUrl: 'postgres://elsewhere/skein' }
    const servers = await startServers({ dataDir: folder(), ...given })
    expect(servers).toMatchObject({ ...given, nats: null, postgres: null })
    await servers.stop()
  })

  it('are both stopped when one of them does not start', async () => {
    const dataDir = folder()
    mkdirSync(join(dataDir, 'nats'))
    writeFileSync(join(dataDir, 'nats', 'store'), 'not a folder')
    await expect(startServers({ dataDir })).rejects.toThrow('not a directory')
    expect(existsSync(join(dataDir, 'postgres', 'owner.pid'))).toBe(false)
  })
})

describe('Postgres from npm', () => {
  it('shows the end of its log when it does not start', async () => {
    const dataDir = folder()
    const { stop, clusterDir } = await startPostgres({ dataDir })
    await stop()
    appendFileSync(join(clusterDir, 'postgresql.conf'), 'no_such_setting = 1\n')
    await expect(startPostgres({ dataDir })).rejects.toThrow(/did not start[^]*no_such_setting/)
  })

  it('writes to disk before it answers, unless it is a test that says otherwise', async () => {
    const real = await startPostgres({ dataDir: folder() })
    expect(await query(real.databaseUrl, 'show fsync')).toEqual([{ fsync: 'on' }])
    expect(await query(real.databaseUrl, 'show synchronous_commit')).toEqual([{ synchronous_commit: 'on' }])
    await real.stop()
    const test = await startPostgres({ dataDir: folder(), durable: false })
    expect(await query(test.databaseUrl, 'show fsync')).toEqual([{ fsync: 'off' }])
    await test.stop()
  })

  it('lets nobody in without its password', async () => {
    const { databaseUrl, stop } = await startPostgres({ dataDir: folder() })
    const url = new URL(databaseUrl)
    url.password = 'guess'
    await expect(query(url.href, 'select 1')).rejects.toThrow('password authentication failed')
    await stop()
  })

  it('sorts and folds letters of all languages the same on every machine', async () => {
    const { databaseUrl, stop } = await startPostgres({ dataDir: folder() })
    expect(await query(databaseUrl, `select lower('ÄÉŞ') as low`)).toEqual([{ low: 'äéş' }])
    await stop()
  })

  it('serves root from a system folder when the data folder is closed to the user it runs as', async ({ skip }) => {
    if (!isRoot()) skip('only root has another user run it')
    const closed = folder()
    chmodSync(closed, 0o700)
    const dataDir = join(closed, 'data')
    const first = await startPostgres({ dataDir })
    expect(first.clusterDir.startsWith(closed)).toBe(false)
    await query(first.databaseUrl, 'create table kept ()')
    await first.stop()
    const second = await startPostgres({ dataDir })
    expect(await query(second.databaseUrl, 'select count(*)::int as tables from kept')).toEqual([{ tables: 0 }])
    await second.stop()
    rmSync(dataDir, { recursive: true })
    const anew = await startPostgres({ dataDir })
    await expect(query(anew.databaseUrl, 'select from kept')).rejects.toThrow('does not exist')
    await anew.stop()
    rmSync(dataDir, { recursive: true })
    const other = await startPostgres({ dataDir: join(closed, 'other') })
    expect(existsSync(anew.clusterDir), 'the cluster of a deleted data folder').toBe(false)
    await other.stop()
    for (const left of [other.clusterDir, `${other.clusterDir}.of`]) rmSync(left, { recursive: true })
  })
})

describe('a normal user', () => {
  it('can run the servers too', async ({ skip }) => {
    const user = { uid: 65_534, gid: 65_534 }
    if (!isRoot()) skip('all of these tests ran as one')
    if (!canReach(new URL('.', import.meta.url).pathname, user)) skip('this checkout is closed to other users')
    const dataDir = folder()
    chownSync(dataDir, user.uid, user.gid)
    const program = join(folder(), 'nats-server')
    copyFileSync(findNats()?.path ?? '', program)
    const { child, ...servers } = await host(dataDir, { ...user, env: { HOME: dataDir, SKEIN_NATS_SERVER: program } })
    await store(servers)
    expect(await stored(servers)).toEqual([{ word: 'row' }, 'message'])
    await kill(child)
    await (await startServers({ dataDir })).stop()
  })
})

describe('nats-server', () => {
  it('has a message on disk before it acknowledges it, and takes mails of 8 MB', async () => {
    const { monitorUrl, stop } = await startNats({ dataDir: folder() })
    const about = (await (await fetch(`${monitorUrl}/varz`)).json()) as {
      max_payload: number
      jetstream: { config: { sync_always: boolean; max_storage: number } }
    }
    expect(about.max_payload).toBe(8 * 1024 * 1024)
    expect(about.jetstream.config.sync_always).toBe(true)
    expect(about.jetstream.config.max_storage).toBeGreaterThan(0)
    await stop()
  })

  it('shows the end of its log when it does not start', async () => {
    const config = join(folder(), 'wrong.conf')
    writeFileSync(config, 'no_such_setting: 1\n')
    await expect(startNats({ dataDir: folder(), config })).rejects.toThrow(/did not start[^]*no_such_setting/)
  })
})
