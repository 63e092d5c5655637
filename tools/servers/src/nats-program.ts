import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { cacheFolder } from './cache-folder.ts'

/** Atomic batches, batch get and per-key time to live came with this version. */
export const OLDEST_NATS: readonly [number, number] = [2, 14]

export interface NatsProgram {
  path: string
  /** For instance `2.15.1`. */
  version: string
  from: 'environment' | 'cache' | 'path'
}

/** The version that a program says it is, or null when it is no nats-server that runs here. */
export const natsVersion = (path: string): string | null => {
  try {
    const said = execFileSync(path, ['--version'], {
      encoding: 'utf8',
      timeout: 10_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return /nats-server: v(\d+\.\d+\.\d+\S*)/.exec(said)?.[1] ?? null
  } catch {
    return null
  }
}

export const isNewEnough = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > OLDEST_NATS[0] || (major === OLDEST_NATS[0] && minor >= OLDEST_NATS[1])
}

const programName = process.platform === 'win32' ? 'nats-server.exe' : 'nats-server'

/** Where the program of one version is kept, under the project's cache. */
export const cachedNats = (version: string, env: NodeJS.ProcessEnv = process.env): string =>
  join(cacheFolder(env), 'nats-server', version, programName)

const newestFirst = (a: string, b: string): number => b.localeCompare(a, 'en', { numeric: true })

const cached = (env: NodeJS.ProcessEnv): string[] => {
  const folder = join(cacheFolder(env), 'nats-server')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => /^\d+\.\d+\.\d+$/.test(name))
    .sort(newestFirst)
    .map((version) => cachedNats(version, env))
}

const onPath = (env: NodeJS.ProcessEnv): string[] =>
  (env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, programName))

/**
 * The nats-server to use: the one that `SKEIN_NATS_SERVER` names, else the first that is new enough in the project's cache or on
 * PATH; null when there is none. Throws when the named one cannot be used.
 */
export const findNats = (env: NodeJS.ProcessEnv = process.env): NatsProgram | null => {
  const named = env['SKEIN_NATS_SERVER']
  if (named) {
    const version = natsVersion(named)
    if (version !== null && isNewEnough(version)) return { path: named, version, from: 'environment' }
    const fault = version === null ? 'is no nats-server that runs here' : `is version ${version}`
    throw new Error(
      `SKEIN_NATS_SERVER=${named} ${fault}: name one of version ${OLDEST_NATS.join('.')} or later, or leave it unset`,
    )
  }
  const candidates = [
    ...cached(env).map((path) => ({ path, from: 'cache' as const })),
    ...onPath(env).map((path) => ({ path, from: 'path' as const })),
  ]
  for (const { path, from } of candidates) {
    const version = existsSync(path) ? natsVersion(path) : null
    if (version !== null && isNewEnough(version)) return { path, version, from }
  }
  return null
}
