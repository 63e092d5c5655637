import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestDatabase, TestNats } from './test-servers.ts'

// The versions that infra/compose.yaml runs
const NATS_IMAGE = 'nats:2.15.0-alpine'
const POSTGRES_IMAGE = 'postgres:18.4-alpine'
const ENGINE_PATIENCE = 20_000

/** Whether test servers are containers instead of embedded ones. */
export const inContainers = (): boolean => process.env['SKEIN_TEST_CONTAINERS'] === '1'

/** Why no container can be started here, in words; null where one can. */
export const engineFault = async (): Promise<string | null> => {
  const { getContainerRuntimeClient } = await import('testcontainers')
  const silence = sleep(ENGINE_PATIENCE, `it did not answer within ${ENGINE_PATIENCE / 1000} s`, { ref: false })
  const found = getContainerRuntimeClient().then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
  return Promise.race([found, silence])
}

/** A Postgres of its own container, without fsync; gone when it is stopped. */
export const containerPostgres = async (): Promise<TestDatabase> => {
  const { GenericContainer, Wait } = await import('testcontainers')
  const container = await new GenericContainer(POSTGRES_IMAGE)
    .withEnvironment({
      POSTGRES_USER: 'skein',
      POSTGRES_DB: 'skein',
      POSTGRES_PASSWORD: 'skein',
      POSTGRES_INITDB_ARGS: '--locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C --encoding=UTF8',
    })
    .withCommand(['postgres', '-c', 'fsync=off', '-c', 'max_connections=200'])
    .withExposedPorts(5432)
    // the image starts it twice: the first time only to make the database, and not on TCP
    .withWaitStrategy(Wait.forLogMessage(/database system is ready to accept connections/, 2))
    .start()
  const databaseUrl = `postgres://skein:skein@${container.getHost()}:${container.getMappedPort(5432)}/skein`
  const stop = async (): Promise<void> => void (await container.stop())
  return { databaseUrl, stop }
}

const OWN_CONFIG = 'max_payload: 8MB\njetstream { sync_interval: always, max_file_store: 4GB }\n'

/** What a configuration takes from the environment, as far as this process has it. */
const environmentOf = (config: string): Record<string, string> =>
  Object.fromEntries([...config.matchAll(/: \$([A-Z_]+)/g)].map(([, name = '']) => [name, process.env[name] ?? '']))

/** A nats-server of its own container, with our configuration or the given file. */
export const containerNats = async (file?: string): Promise<TestNats> => {
  const { GenericContainer, Wait } = await import('testcontainers')
  const config = file === undefined ? OWN_CONFIG : readFileSync(file, 'utf8')
  const container = await new GenericContainer(NATS_IMAGE)
    .withCopyContentToContainer([{ content: config, target: '/etc/nats/skein.conf' }])
    .withEnvironment(environmentOf(config))
    .withCommand(['-c', '/etc/nats/skein.conf', '-a', '0.0.0.0', '-p', '4222', '-m', '8222', '-js', '-sd', '/data'])
    .withExposedPorts(4222, 8222)
    .withWaitStrategy(Wait.forHttp('/healthz', 8222))
    .start()
  const host = container.getHost()
  const port = container.getMappedPort(4222)
  return {
    natsUrl: `nats://${host}:${port}`,
    monitorUrl: `http://${host}:${container.getMappedPort(8222)}`,
    port,
    log: async () => {
      const logs = await container.logs()
      setTimeout(() => logs.destroy(), 1_000)
      return text(logs).catch(() => '')
    },
    stop: async () => void (await container.stop()),
  }
}
