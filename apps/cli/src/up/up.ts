import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { httpEnvironment, mannersOf } from '@skein/http'
import { startServers } from '@skein/servers'
import { goOnWithoutReaders } from '../readers.js'
import { sayRunning, sayStopped } from '../running.js'
import { firstTalk } from './first-talk.js'
import { openInstance } from './instance.js'
import { loadSamples } from './samples.js'
import { startServices } from './services.js'
import { threadTable } from './thread-table.js'
import { welcome } from './welcome.js'

export interface UpOptions {
  dataDir: string
  host: string
  port: number
  smtpPort: number
  natsPort: number
  postgresPort: number
  natsUrl: string | undefined
  monitorUrl: string | undefined
  databaseUrl: string | undefined
  once: boolean
  samples: boolean
}

const say = (line = ''): void => void process.stdout.write(`${line}\n`)
const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`

/** Runs all of Skein on this machine until it is told to stop; with `once` until the sample mail is threaded and shown. */
export const up = async (options: UpOptions): Promise<void> => {
  const started = performance.now()
  goOnWithoutReaders()
  const stopSignal = new Promise<string>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal))
  })
  await mkdir(options.dataDir, { recursive: true })
  const isFirst = !existsSync(join(options.dataDir, 'instance.json'))
  const instance = await openInstance(options.dataDir)
  const servers = await startServers({
    dataDir: options.dataDir,
    natsPort: options.natsPort,
    postgresPort: options.postgresPort,
    natsUrl: options.natsUrl,
    databaseUrl: options.databaseUrl,
  })
  const monitorUrl = servers.nats?.monitorUrl ?? options.monitorUrl
  try {
    const services = await startServices({
      natsUrl: servers.natsUrl,
      monitorUrl,
      databaseUrl: servers.databaseUrl,
      host: options.host,
      port: options.port,
      smtpPort: options.smtpPort,
      instance,
      manners: mannersOf(httpEnvironment.parse(process.env)),
    })
    try {
      say(`nats-server, Postgres and the four services are up after ${seconds(started)}. Data: ${options.dataDir}`)
      const { natsUrl, databaseUrl } = servers
      await sayRunning(options.dataDir, { pid: process.pid, url: services.url, natsUrl, databaseUrl, monitorUrl })
      const api = { url: services.url, key: instance.apiKey }
      const last = options.samples ? await loadSamples(api, options.dataDir) : null
      say()
      const talk = options.samples ? await firstTalk(api, options.dataDir) : null
      say(await threadTable(api, last))
      if (talk !== null) say(talk)
      say(
        welcome({
          ...api,
          dataDir: options.dataDir,
          isFirst,
          natsUrl,
          databaseUrl,
          smtp: services.smtp,
          staying: !options.once,
        }),
      )
      if (!options.once) say(`\nStopping on ${await stopSignal} …`)
    } finally {
      await sayStopped(options.dataDir)
      await services.stop()
    }
  } finally {
    await servers.stop()
  }
  say(options.once ? `Done after ${seconds(started)}; the data stays in ${options.dataDir}.` : 'Stopped.')
}
