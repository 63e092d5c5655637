import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { CannotImport } from './cannot-import.js'
import { DoneSet, storedDoneSet } from './done-set.js'
import type { Source } from './sources.js'

const stored = z.object({
  version: z.literal(1),
  imports: z.record(
    z.string(),
    z.object({ path: z.string(), inbox: z.string(), fingerprint: z.string(), done: storedDoneSet }),
  ),
})
type Stored = z.infer<typeof stored>

/**
 * How far imports got, in a file that is replaced as a whole: a run that is cut off at any moment leaves the state of a moment
 * before, and sending a few mails again is harmless. Without a path nothing is kept.
 */
export class ImportState {
  readonly #done = new Map<string, { source: Source; done: DoneSet }>()
  #writing: Promise<void> = Promise.resolve()

  private constructor(
    private readonly path: string | null,
    private readonly inbox: string,
    private readonly kept: Stored['imports'],
  ) {}

  /** @throws CannotImport when the file is there and cannot be read */
  static async open(path: string | null, inbox: string): Promise<ImportState> {
    return new ImportState(path, inbox, path === null ? {} : await readImports(path))
  }

  /** What of this source was stored before; nothing where the source has changed since. */
  doneOf(source: Source, restart: boolean): DoneSet {
    const before = this.kept[this.#keyOf(source)]
    const isSame = !restart && before?.fingerprint === source.fingerprint
    const done = isSame ? DoneSet.from(before.done) : new DoneSet()
    this.#done.set(this.#keyOf(source), { source, done })
    return done
  }

  /** Keeps nothing of this source: its mails cannot be told apart by their numbers. */
  forget(source: Source): void {
    this.#done.delete(this.#keyOf(source))
    delete this.kept[this.#keyOf(source)]
  }

  /** Writes what is known by now; calls that overlap are done one after another. */
  save(): Promise<void> {
    const written = this.#writing.catch(() => undefined).then(() => this.#write())
    this.#writing = written
    return written
  }

  async #write(): Promise<void> {
    if (this.path === null) return
    const { inbox } = this
    for (const [key, { source, done }] of this.#done)
      this.kept[key] = { path: source.path, inbox, fingerprint: source.fingerprint, done: done.toStored() }
    await mkdir(dirname(this.path), { recursive: true })
    const state: Stored = { version: 1, imports: this.kept }
    await writeFile(`${this.path}.new`, `${JSON.stringify(state, null, 2)}\n`)
    await rename(`${this.path}.new`, this.path)
  }

  #keyOf(source: Source): string {
    return createHash('sha256').update(`${this.inbox}\n${source.path}`).digest('hex').slice(0, 24)
  }
}

const readImports = async (path: string): Promise<Stored['imports']> => {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new CannotImport(`the import state cannot be read: ${error.message}`, { cause: error })
  })
  if (text === undefined) return {}
  try {
    return stored.parse(JSON.parse(text)).imports
  } catch (cause) {
    throw new CannotImport(`${path} is no import state; move it away, or name another file with --state`, { cause })
  }
}
