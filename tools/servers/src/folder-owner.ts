import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive, startMark } from './processes.ts'

export class FolderInUse extends Error {
  override name = 'FolderInUse'
  readonly folder: string
  readonly pid: number
  constructor(folder: string, pid: number) {
    super(`${folder} is in use by process ${pid}: stop that one first, or choose another data folder`)
    this.folder = folder
    this.pid = pid
  }
}

const read = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

const holder = (text: string): number | null => {
  const [pid = '', mark = ''] = text.split('\n')
  const id = Number(pid)
  return Number.isInteger(id) && id > 0 && isAlive(id) && startMark(id) === mark ? id : null
}

/** Takes a dead owner's file away. Of two that try at once one may catch the other's new file: it puts that back. */
const dropStale = (file: string, stale: string): void => {
  const aside = `${file}.${process.pid}`
  try {
    renameSync(file, aside)
    if (read(aside) !== stale) linkSync(aside, file)
    rmSync(aside)
  } catch {
    // somebody else was faster: the next round sees whose it is
  }
}

/**
 * Makes this process the owner of a data folder, which it creates where it is missing, until the returned function is called or
 * the process ends. Throws `FolderInUse` while another living process, or this one, owns it. What a dead owner left running
 * is an orphan that the new owner may stop.
 */
export const ownFolder = (folder: string): (() => void) => {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'owner.pid')
  const own = `${process.pid}\n${startMark(process.pid)}\n`
  for (let round = 0; round < 10; round++) {
    try {
      writeFileSync(file, own, { flag: 'wx', mode: 0o644 })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const found = read(file)
    const pid = found === null ? null : holder(found)
    if (pid !== null) throw new FolderInUse(folder, pid)
    if (found !== null) dropStale(file, found)
  }
  throw new Error(`${file} cannot be taken: remove it if nothing uses ${folder}`)
}
