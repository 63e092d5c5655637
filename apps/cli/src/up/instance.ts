import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const instance = z.object({
  /** Name of this instance among the holders of leases. */
  id: z.string(),
  /** The first API key, for the person at this machine; the directory has only its hash. */
  apiKey: z.string(),
  /** Signs and encrypts what leaves and what rests: `SKEIN_SECRET` of the services. */
  secret: z.string(),
  createdAt: z.string(),
})
/** What an instance knows of itself, in `instance.json` of its data folder. */
export type Instance = z.infer<typeof instance>

/** The secret was once for cursors alone, and called so. */
const withSecret = (stored: { secret?: string; cursorSecret?: string }): object => ({
  ...stored,
  secret: stored.secret ?? stored.cursorSecret,
})

/** Reads the instance of a data folder, or makes one: a file that only its owner can read. */
export const openInstance = async (dataDir: string): Promise<Instance> => {
  await mkdir(dataDir, { recursive: true })
  const path = join(dataDir, 'instance.json')
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text !== undefined) return instance.parse(withSecret(JSON.parse(text) as object))
  const made: Instance = {
    id: `skein-${randomBytes(6).toString('hex')}`,
    apiKey: `sk_${randomBytes(24).toString('base64url')}`,
    secret: randomBytes(32).toString('base64url'),
    createdAt: new Date().toISOString(),
  }
  await writeFile(`${path}.new`, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 })
  await rename(`${path}.new`, path)
  return made
}
