import { createHash } from 'node:crypto'
import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { NoMailThere } from '../mail-files.js'

/** A path that was given to import, as it was when the import started. */
export interface Source {
  path: string
  /** Changes when a file in it comes, goes, or is written to. */
  fingerprint: string
  /** Octets of all files in it. */
  bytes: number
}

/** @throws NoMailThere when there is no such file or folder */
export const openSource = async (path: string): Promise<Source> => {
  const real = await realpath(path).catch((cause: unknown) => {
    throw new NoMailThere(path, 'there is no such file or folder', { cause })
  })
  const hash = createHash('sha256')
  let bytes = 0
  for await (const { file, size, mtimeMs } of filesBelow(real)) {
    hash.update(`${file.slice(real.length)} ${size} ${mtimeMs}\n`)
    bytes += size
  }
  return { path: real, fingerprint: hash.digest('hex').slice(0, 32), bytes }
}

async function* filesBelow(path: string): AsyncGenerator<{ file: string; size: number; mtimeMs: number }> {
  const found = await stat(path).catch(() => undefined)
  if (!found?.isDirectory()) {
    yield { file: path, size: found?.size ?? 0, mtimeMs: found?.mtimeMs ?? 0 }
    return
  }
  for (const name of (await readdir(path)).sort()) yield* filesBelow(join(path, name))
}
