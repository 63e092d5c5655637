import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MailDoor } from '../import/mail-door.js'
import type { Api } from './api.js'

const FOLDER = fileURLToPath(new URL('../../../../test/samples/mail/', import.meta.url))
const PATIENCE_MS = 30_000
const BAR = 30

interface Sample {
  inbox: string
  file: string
}

/** The sample mail in its order of arrival: files are `<inbox>/<number>-<what>.eml`. */
const sampleFiles = async (): Promise<Sample[]> => {
  const inboxes = (await readdir(FOLDER, { withFileTypes: true })).filter((entry) => entry.isDirectory())
  const found = await Promise.all(
    inboxes.map(async ({ name }) =>
      (await readdir(join(FOLDER, name)))
        .filter((file) => file.endsWith('.eml'))
        .map((file) => ({ inbox: `inb_${name}`, file: join(FOLDER, name, file) })),
    ),
  )
  return found.flat().sort((a, b) => (basename(a.file) < basename(b.file) ? -1 : 1))
}

const showProgress = (done: number, all: number): void => {
  if (!process.stdout.isTTY && done < all) return
  const filled = Math.round((BAR * done) / all)
  const line = `Sample mail  ${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}  ${done} of ${all}`
  process.stdout.write(process.stdout.isTTY ? `\r${line}${done === all ? '\n' : ''}` : `${line}\n`)
}

/**
 * Sends the sample mail to the demo inboxes, once for a data folder. Answers the place of the last one, for a reader to wait for;
 * `null` where nothing was sent. A start that was killed half-way sends all of it again, which changes nothing for what is there.
 */
export const loadSamples = async ({ url, key }: Api, dataDir: string): Promise<string | null> => {
  const marker = join(dataDir, 'samples-loaded')
  if (existsSync(marker) || !existsSync(FOLDER)) return null
  const samples = await sampleFiles()
  let last: string | null = null
  const doors = new Map<string, MailDoor>()
  const doorOf = (inbox: string): MailDoor => {
    const door = doors.get(inbox) ?? new MailDoor({ url, key, inbox, concurrency: 1, patienceMs: PATIENCE_MS })
    doors.set(inbox, door)
    return door
  }
  try {
    for (const [i, { inbox, file }] of samples.entries()) {
      const sent = await doorOf(inbox).send(await readFile(file), new AbortController().signal)
      if (!sent.stored) throw new Error(`${file}: ${sent.reason}`)
      last = sent.sequence
      showProgress(i + 1, samples.length)
    }
  } finally {
    await Promise.all([...doors.values()].map((door) => door.close()))
  }
  await writeFile(marker, '')
  return last
}
