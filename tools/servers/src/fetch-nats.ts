import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolder } from './cache-folder.ts'
import { packagedNats } from './nats-package.ts'
import { cachedNats, findNats, isNewEnough, natsVersion, OLDEST_NATS, type NatsProgram } from './nats-program.ts'
import { releasedNats } from './nats-release.ts'

/** Puts a program into the cache under the version that it says it is. Throws when it does not run here or is too old. */
const keep = (program: Buffer): NatsProgram => {
  const folder = join(cacheFolder(), 'nats-server')
  const unproved = join(folder, `unproved.${process.pid}`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(unproved, program, { mode: 0o755 })
  try {
    const version = natsVersion(unproved)
    if (version === null) throw new Error('it does not run on this system')
    if (!isNewEnough(version)) throw new Error(`it is version ${version} only`)
    const path = cachedNats(version)
    mkdirSync(dirname(path), { recursive: true })
    renameSync(unproved, path)
    return { path, version, from: 'cache' }
  } finally {
    rmSync(unproved, { force: true })
  }
}

const sources = [
  { name: 'official release', fetch: () => releasedNats() },
  { name: "distribution's package", fetch: () => Promise.resolve(packagedNats()) },
]

const help = (reasons: string[]): string =>
  [
    `Skein needs nats-server ${OLDEST_NATS.join('.')} or later, and could not fetch it:`,
    ...reasons.map((reason) => `  - ${reason}`),
    'What helps: install it and have it on PATH, or name it in SKEIN_NATS_SERVER, or set NATS_URL to a server that runs already.',
  ].join('\n')

/** The nats-server of this machine, fetched into the project's cache where there is none. Throws with the ways to mend it. */
export const haveNats = async (): Promise<NatsProgram & { fetchedFrom: string | null }> => {
  const found = findNats()
  if (found !== null) return { ...found, fetchedFrom: null }
  const reasons: string[] = []
  for (const { name, fetch } of sources) {
    try {
      return { ...keep(await fetch()), fetchedFrom: name }
    } catch (error) {
      reasons.push(`${name}: ${(error as Error).message}`)
    }
  }
  throw new Error(help(reasons))
}

// run as a program by the set-up script: one line when something was fetched, nothing otherwise
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const { version, fetchedFrom } = await haveNats()
    if (fetchedFrom !== null) process.stdout.write(`nats-server ${version} (${fetchedFrom})\n`)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exitCode = 1
  }
}
