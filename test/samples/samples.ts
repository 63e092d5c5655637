import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'

const parent = z.union([z.object({ file: z.string() }), z.object({ ghost: z.string() }), z.null()])

const expectedMail = z.object({
  /** Inbox and file name. */
  file: z.string(),
  /** The subject as a person reads it. */
  subject: z.string(),
  /** The mail that it answers: a file, or an id that nobody received. */
  parent,
  /** The file that holds the same mail as it came first. */
  copyOf: z.string().optional(),
  /** A phrase of its text, which shows that the character set was understood. */
  says: z.string().optional(),
  attachments: z.array(z.string()).optional(),
  reason: z.string().optional(),
})

const expectedThread = z.object({
  key: z.string(),
  name: z.string(),
  point: z.string(),
  /** Another thread that this one points at without being one conversation with it. */
  relation: z
    .object({ kind: z.enum(['claims', 'related_to']), thread: z.string(), ids: z.array(z.string()) })
    .optional(),
  mails: z.array(expectedMail),
})

export type ExpectedMail = z.infer<typeof expectedMail>
export type ExpectedThread = z.infer<typeof expectedThread>

/** One sample mail: `file` is `<inbox>/<number>-<what>.eml`, and the number is its place in the order of arrival. */
export interface Sample {
  file: string
  inbox: string
  raw: Uint8Array
}

const folder = join(import.meta.dirname, 'mail')

/** All sample mails in the order of arrival. */
export const readSamples = (): Sample[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.eml'))
    .map((path) => ({ path, inbox: basename(dirname(path)) }))
    .toSorted((a, b) => (basename(a.path) < basename(b.path) ? -1 : 1))
    .map(({ path, inbox }) => ({ file: `${inbox}/${basename(path)}`, inbox, raw: readFileSync(join(folder, path)) }))

/** The threads that a person sees in the sample mail, by the rules `skein` with their default policies. */
export const readExpected = (): ExpectedThread[] =>
  z
    .object({ threads: z.array(expectedThread) })
    .parse(JSON.parse(readFileSync(join(import.meta.dirname, 'expected.json'), 'utf8'))).threads
