import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { constants, zstdDecompressSync } from 'node:zlib'

/** Archives of real mail, and what independent programs made of them: from SKEIN_CORPORA, else from `shared/corpora` beside the checkout. */
export const corporaFolder = (): string | null => {
  const folder = process.env.SKEIN_CORPORA ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'corpora')
  return existsSync(folder) ? folder : null
}

export const hasCorpus = (folder: string, corpus: string): boolean => existsSync(join(folder, `${corpus}.tar.zst`))

const BLOCK = 512
/** The window that the archives were packed with: 128 MiB. */
const unpacked = (file: string): Buffer =>
  zstdDecompressSync(readFileSync(file), { params: { [constants.ZSTD_d_windowLogMax]: 27 } })

const textAt = (tar: Buffer, at: number, length: number): string => {
  const end = tar.indexOf(0, at)
  return tar.toString('latin1', at, end < at || end > at + length ? at + length : end)
}

export interface CorpusMail {
  /** The file's name without its ending, as the partitions have it. */
  n: string
  raw: Uint8Array
}

/** The mails of an archive in the order of their numbers; read from the tar in memory, so that nothing is unpacked onto the disk. */
export const corpusMails = (folder: string, corpus: string): CorpusMail[] => {
  const tar = unpacked(join(folder, `${corpus}.tar.zst`))
  const mails: CorpusMail[] = []
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0;) {
    const size = parseInt(textAt(tar, at + 124, 12), 8)
    const name = /([^/]+)\.eml$/.exec(textAt(tar, at, 100))
    if (name?.[1] !== undefined) mails.push({ n: name[1], raw: tar.subarray(at + BLOCK, at + BLOCK + size) })
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
  }
  return mails.sort((a, b) => (a.n < b.n ? -1 : 1))
}

/** What one program made of a corpus: the thread of each mail, by its number or (where it knows none) by its Message-ID. */
export const partition = (folder: string, corpus: string, program: string): Map<string, string> | null => {
  const file = join(folder, 'partitions', `${corpus}.${program}.jsonl.zst`)
  if (!existsSync(file)) return null
  const lines = unpacked(file).toString('utf8').split('\n')
  return new Map(
    lines
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { n?: string; messageId: string; thread: string | number })
      .map(({ n, messageId, thread }) => [n ?? messageId, String(thread)]),
  )
}
