import { createReadStream } from 'node:fs'
import { open, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { splitMbox } from '@skein/mail'

/** One mail as it lies in a file. */
export interface MailFile {
  /** The file's path; within an mbox with the number of the mail in it: `archive.mbox#12`. */
  file: string
  raw: Uint8Array
}

/** A path that holds no mail at all: it is missing, or nothing in it looks like mail. */
export class NoMailThere extends Error {
  constructor(
    readonly path: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`${path}: ${reason}`, options)
  }
}

/** Takes what was thrown for one file, so that the others go on. */
export type OnUnreadable = (file: string, error: unknown) => void

/** What separates the mails of an mbox, and starts none that lies alone (RFC 4155). */
const MBOX_START = 'From '

const isMbox = async (file: string): Promise<boolean> => {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MBOX_START.length), 0, MBOX_START.length, 0)
    return buffer.toString('latin1', 0, bytesRead) === MBOX_START
  } finally {
    await handle.close()
  }
}

const byName = new Intl.Collator('en', { numeric: true }).compare

const isMaildir = (names: readonly string[]): boolean => names.includes('cur') && names.includes('new')

/** Files of a Maildir in the order of delivery: their names begin with the time. Its folders (`.Sent` …) come after it. */
async function* maildirFiles(
  folder: string,
  names: readonly string[],
  onUnreadable?: OnUnreadable,
): AsyncGenerator<string> {
  const found: { name: string; path: string }[] = []
  for (const part of ['cur', 'new'])
    for (const name of await readdir(join(folder, part)))
      if (!name.startsWith('.')) found.push({ name, path: join(folder, part, name) })
  for (const { path } of found.sort((a, b) => byName(a.name, b.name))) yield path
  for (const name of names.filter((one) => one.startsWith('.') && one.length > 1))
    yield* filesIn(join(folder, name), false, onUnreadable)
}

const LOOKS_LIKE_MAIL = /\.(?:eml|mbox|mbx)$/i

/** Files below a path, folders in the order of their names. Within a folder, only what is named like mail or is in a Maildir. */
async function* filesIn(path: string, isNamed: boolean, onUnreadable?: OnUnreadable): AsyncGenerator<string> {
  const found = await stat(path).catch((cause: unknown) => {
    if (isNamed || onUnreadable === undefined) throw new NoMailThere(path, 'there is no such file or folder', { cause })
    onUnreadable(path, cause)
  })
  if (found === undefined) return
  if (!found.isDirectory()) {
    if (isNamed || LOOKS_LIKE_MAIL.test(path)) yield path
    return
  }
  const names = (await readdir(path)).sort(byName)
  if (isMaildir(names)) yield* maildirFiles(path, names, onUnreadable)
  else for (const name of names) if (!name.startsWith('.')) yield* filesIn(join(path, name), false, onUnreadable)
}

async function* mailsInMbox(file: string): AsyncGenerator<MailFile> {
  let n = 0
  for await (const raw of splitMbox(createReadStream(file, { highWaterMark: 1 << 20 })))
    yield { file: `${file}#${++n}`, raw }
}

async function* mailsIn(file: string): AsyncGenerator<MailFile> {
  if (await isMbox(file)) yield* mailsInMbox(file)
  else yield { file, raw: await readFile(file) }
}

/**
 * Every mail in the given files and folders, one after another: an mbox, a Maildir (with its folders), a folder of `.eml` and
 * `.mbox` files, or a single mail, told apart by what they are. Holds one mail at a time. Throws `NoMailThere`, and what a file
 * that cannot be read throws, unless `onUnreadable` takes that and the other files go on.
 */
export async function* mailFiles(paths: readonly string[], onUnreadable?: OnUnreadable): AsyncGenerator<MailFile> {
  for (const path of paths) {
    let isEmpty = true
    for await (const file of filesIn(path, true, onUnreadable)) {
      isEmpty = false
      try {
        yield* mailsIn(file)
      } catch (error) {
        if (onUnreadable === undefined) throw error
        onUnreadable(file, error)
      }
    }
    if (isEmpty) throw new NoMailThere(path, 'there is no mail in it (.eml, .mbox or a Maildir)')
  }
}
