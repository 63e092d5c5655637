import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { dirname } from 'node:path'

export interface SystemUser {
  uid: number
  gid: number
}

const idOf = (name: string, flag: '-u' | '-g'): number =>
  Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))

const lookUp = (name: string): SystemUser | null => {
  try {
    return { uid: idOf(name, '-u'), gid: idOf(name, '-g') }
  } catch {
    return null
  }
}

export const isRoot = (): boolean => process.getuid?.() === 0

/** The user that runs Postgres for root, which it refuses to serve: the owner of the data where there is data, else `postgres`, else `nobody`. */
export const unprivilegedUser = (dataFolder: string): SystemUser => {
  const stat = statSync(dataFolder, { throwIfNoEntry: false })
  if (stat !== undefined && stat.uid !== 0) return { uid: stat.uid, gid: stat.gid }
  const user = lookUp('postgres') ?? lookUp('nobody')
  if (user === null || user.uid === 0) {
    throw new Error(
      'Postgres does not run as root, and there is no user postgres or nobody: run as a normal user, or set DATABASE_URL',
    )
  }
  return user
}

const mayEnter = (folder: string, user: SystemUser): boolean => {
  const { mode, uid, gid } = statSync(folder)
  const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001
  return (mode & bit) !== 0
}

/** Whether this user may enter (or run) `path`, which must exist, and pass through every folder on the way to it. */
export const canReach = (path: string, user: SystemUser): boolean => {
  for (let step = path; ; step = dirname(step)) {
    if (!mayEnter(step, user)) return false
    if (step === dirname(step)) return true
  }
}
