import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { BackupPlace } from './backup-place.js'

const file = z.object({ file: z.string(), sha256: z.string() })
const segment = file.extend({
  first: z.int().positive(),
  last: z.int().positive(),
  messages: z.int().positive(),
})
export type Segment = z.infer<typeof segment>

/** What a backup holds: the file `manifest.json`, written last, so that what it does not name does not count. */
export const manifest = z.object({
  format: z.literal('skein-backup-1'),
  /** ISO 8601 UTC, when the last part was taken. */
  takenAt: z.iso.datetime(),
  partitions: z.int().positive(),
  streams: z.record(
    z.string(),
    z.object({
      segments: z.array(segment),
      /** The chain or checksum of the last message: what comes next has to be of the same log. */
      mark: z.string(),
    }),
  ),
  directory: file,
  /** The instance's own file, with its secret, where the backup was taken on its data folder. */
  instance: file.nullable(),
})
export type Manifest = z.infer<typeof manifest>

export const MANIFEST = 'manifest.json'
export const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex')

/** `null` where there is no backup yet. @throws Error for a file that is none of ours */
export const readManifest = async (place: BackupPlace): Promise<Manifest | null> => {
  const content = await place.read(MANIFEST)
  if (content === null) return null
  const read = manifest.safeParse(JSON.parse(content.toString('utf8')))
  if (!read.success) throw new Error(`${place.name}: ${MANIFEST} is not that of a backup of Skein`)
  return read.data
}

/** A file that the manifest names. @throws Error where it is missing or not what was written */
export const readChecked = async (
  place: BackupPlace,
  { file, sha256: expected }: { file: string; sha256: string },
): Promise<Buffer> => {
  const content = await place.read(file)
  if (content === null) throw new Error(`${place.name}: ${file} is missing`)
  if (sha256(content) !== expected) throw new Error(`${place.name}: ${file} is damaged: its SHA-256 is another`)
  return content
}
