import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const instance = z.object({
  /** Name of this instance among the holders of leases. */
  id: z.string(),
  /** The first API key, for the person at this machine; the directory has only its hash. */
  apiKey: z.string(),
  /** Signs the cursors of lists. */
  cursorSecret: z.string(),
  createdAt: z.string(),
})
/** What an instance knows of itself, in `instance.json` of its data folder. */
export type Instance = z.infer<typeof instance>

/** Reads the instance of a data folder, or makes one: a file that only its owner can read. */
export const openInstance = async (dataDir: string): Promise<Instance> => {
  await mkdir(dataDir, { recursive: true })
  const path = join(dataDir, 'instance.json')
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text !== undefined) return instance.parse(JSON.parse(text))
  const made: Instance = {
    id: `skein-${randomBytes(6).toString('hex')}`,
    apiKey: `sk_${randomBytes(24).toString('base64url')}`,
    cursorSecret: randomBytes(32).toString('base64url'),
    createdAt: new Date().toISOString(),
  }
  await writeFile(`${path}.new`, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 })
  await rename(`${path}.new`, path)
  return made
}
