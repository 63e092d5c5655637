import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { freePort, testNats, testPostgres, type TestDatabase, type TestNats } from '@skein/servers'
import { vi } from 'vitest'

const root = new URL('../..', import.meta.url).pathname
const USERS = ['ingest', 'threader', 'query', 'outbox', 'operator', 'erasure', 'bus', 'bus-history'] as const
export type ServiceName = 'ingest' | 'threader' | 'query' | 'outbox'

/** A service in a process of its own. */
export interface Service {
  readonly url: string
  readonly process: ChildProcess
  /** What it wrote to its output. */
  readonly said: string[]
}

export const passwordOf = (user: string): string => `secret-of-${user}`
const SECRET = 'a-secret-of-this-instance'

/**
 * The services as infra/compose.yaml runs them: a process each, with the environment and the NATS user that it gives them, and
 * query as the one address. Needs what is built.
 */
export class ServiceProcesses {
  private readonly services = new Map<string, Service>()

  private constructor(
    readonly nats: TestNats,
    readonly postgres: TestDatabase,
    private readonly ports: Readonly<Record<ServiceName | 'smtp', number>>,
  ) {}

  /** All four, the threader first: it makes the streams. `more`: variables of a service beside those that it needs. */
  static async start(
    more: Partial<Record<ServiceName, Readonly<Record<string, string>>>> = {},
  ): Promise<ServiceProcesses> {
    for (const user of USERS) vi.stubEnv(`NATS_${user.replace('-', '_').toUpperCase()}_PASSWORD`, passwordOf(user))
    const [nats, postgres] = await Promise.all([testNats({ config: `${root}infra/nats.conf` }), testPostgres()])
    const [ingest, threader, query, outbox, smtp] = [
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
    ]
    const all = new ServiceProcesses(nats, postgres, { ingest, threader, query, outbox, smtp })
    await all.startOne('threader', more.threader)
    await Promise.all((['ingest', 'query', 'outbox'] as const).map((name) => all.startOne(name, more[name])))
    return all
  }

  /** The public address. */
  get url(): string {
    return `http://127.0.0.1:${this.ports.query}`
  }

  urlOf(name: ServiceName): string {
    return `http://127.0.0.1:${this.ports[name]}`
  }

  running(): [string, Service][] {
    return [...this.services]
  }

  /** A further process of a service stands under another name, and on a port of its own. */
  async startOne(name: ServiceName, more: Readonly<Record<string, string>> = {}, as: string = name): Promise<void> {
    const port = as === name ? this.ports[name] : await freePort()
    const env = { ...this.environmentOf(name), PORT: String(port), ...more }
    const child = spawn(process.execPath, [`${root}apps/${name}/dist/main.js`], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const service: Service = { url: `http://127.0.0.1:${port}`, process: child, said: [] }
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => service.said.push(text.toString()))
    this.services.set(as, service)
    const ready = async (): Promise<boolean> => child.exitCode !== null || isReady(service.url)
    await vi.waitUntil(ready, { timeout: 30_000, interval: 100 })
    if (child.exitCode !== null) throw new Error(`${as} has ended: ${service.said.join('')}`)
  }

  /** Ends one without a chance to say good-bye. */
  async kill(as: string): Promise<void> {
    await this.end(as, 'SIGKILL')
  }

  /** Ends one and answers its exit code, and what it said. */
  async end(as: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<{ code: number | null; said: string }> {
    const service = this.services.get(as)
    if (service === undefined) throw new Error(`${as} does not run`)
    this.services.delete(as)
    const exit = once(service.process, 'exit') as Promise<[number | null]>
    service.process.kill(signal)
    const [code] = await exit
    return { code, said: service.said.join('') }
  }

  /** Runs `skein` as the compose file does, as the user `operator` or another. Answers its exit code and output. */
  async skein(args: readonly string[], user = 'operator'): Promise<{ code: number | null; said: string }> {
    const { natsUrl, monitorUrl } = this.nats
    const env = {
      PATH: process.env['PATH'],
      ...{ NATS_URL: natsUrl, NATS_MONITOR_URL: monitorUrl, NATS_USER: user, NATS_PASSWORD: passwordOf(user) },
      ...{ DATABASE_URL: this.postgres.databaseUrl, SKEIN_SECRET: SECRET },
    }
    const child = spawn(process.execPath, [`${root}apps/cli/bin/skein.mjs`, ...args], { env })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()))
    const [code] = (await once(child, 'close')) as [number | null]
    return { code, said }
  }

  /** Gives the instance its first account and space, and answers the operator's key. */
  async seed(): Promise<string> {
    const { code, said } = await this.skein(['seed'])
    const key = /^API key +(sk_\S+)$/m.exec(said)?.[1]
    if (code !== 0 || key === undefined) throw new Error(`skein seed: ${said}`)
    return key
  }

  /** What the NATS server refused, by its log. */
  async refusals(): Promise<string[]> {
    return (await this.nats.log()).split('\n').filter((line) => line.includes('Violation'))
  }

  async stop(): Promise<void> {
    for (const { process: child } of this.services.values()) child.kill('SIGKILL')
    await Promise.all([this.nats.stop(), this.postgres.stop()])
    vi.unstubAllEnvs()
  }

  private environmentOf(name: ServiceName): Record<string, string | undefined> {
    const { ports, nats, postgres } = this
    return {
      PATH: process.env['PATH'],
      HOST: '127.0.0.1',
      NATS_URL: nats.natsUrl,
      NATS_MONITOR_URL: nats.monitorUrl,
      NATS_USER: name,
      NATS_PASSWORD: passwordOf(name),
      ...(name === 'threader' ? {} : { SKEIN_SECRET: SECRET }),
      ...(name === 'ingest' ? {} : { DATABASE_URL: postgres.databaseUrl }),
      ...(name === 'query' ? { SKEIN_INGEST_URL: this.urlOf('ingest'), SKEIN_OUTBOX_URL: this.urlOf('outbox') } : {}),
      ...(name === 'ingest'
        ? { SKEIN_SMTP_HOST: '127.0.0.1', SKEIN_SMTP_PORT: String(ports.smtp), SKEIN_SMTP_CATCH_ALL: '1' }
        : {}),
      ...(name === 'outbox' ? { SKEIN_DEFAULT_TRANSPORT: `smtp://127.0.0.1:${ports.smtp}` } : {}),
    }
  }
}

const isReady = async (url: string): Promise<boolean> => {
  const answer = await fetch(`${url}/health/ready`).catch(() => null)
  return answer?.ok ?? false
}
