import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { findRunning } from '../running.js'
import { textTable } from '../thread/text-table.js'
import type { Api } from '../up/api.js'
import type { Kind } from './kinds.js'

/** Where the API is, as flags and environment say it. */
export interface ApiFlags {
  readonly url?: string
  readonly key?: string
  readonly data: string
  readonly json?: true
}

const instance = z.object({ apiKey: z.string() })
const problem = z.object({ title: z.string(), detail: z.string(), fix: z.string().optional() })
const entry = z.record(z.string(), z.unknown())
type Entry = z.infer<typeof entry>

/** @throws Error where nothing runs, or no key is known */
export const apiOf = async ({ url, key, data }: ApiFlags): Promise<Api> => {
  const dataDir = resolve(data)
  const found = url ?? (await findRunning(dataDir))?.url
  if (found === undefined) throw new Error(`nothing runs on ${dataDir}: start it (npm start), or give --url`)
  if (key !== undefined) return { url: found, key }
  const stored = await readFile(join(dataDir, 'instance.json'), 'utf8').catch(() => '{}')
  const known = instance.safeParse(JSON.parse(stored))
  if (known.success) return { url: found, key: known.data.apiKey }
  throw new Error(`${dataDir} holds no API key: give one with --key, or in SKEIN_API_KEY`)
}

/** One call; `null` for an answer without a body. @throws Error in the problem's own words */
const call = async ({ url, key }: Api, method: string, path: string, body?: object): Promise<Entry | null> => {
  const answer = await fetch(new URL(`/v1/${path}`, url), {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (answer.ok) return text === '' ? null : entry.parse(JSON.parse(text))
  const { title, detail, fix } = problem.parse(JSON.parse(text))
  throw new Error([`${title}: ${detail}`, fix].filter((part) => part !== undefined).join(' '))
}

/** A value as a person reads it. */
const cell = (value: unknown): string => {
  if (value === null || value === undefined) return '-'
  if (Array.isArray(value)) return value.length === 0 ? '-' : value.map(cell).join(',')
  if (typeof value === 'object') {
    const pairs = Object.entries(value).map(([name, one]) => `${name}=${cell(one)}`)
    return pairs.length === 0 ? '-' : pairs.join(',')
  }
  return typeof value === 'string' ? value : JSON.stringify(value)
}

const say = (text: string): void => void process.stdout.write(`${text}\n`)

/** An entry line by line; what is shown for the only time stands at the end, and says so. */
const show = (one: Entry, isJson: boolean): void => {
  if (isJson) return say(JSON.stringify(one))
  const secret = ['key', 'secret'].find((name) => typeof one[name] === 'string')
  const width = Math.max(...Object.keys(one).map((name) => name.length))
  for (const [name, value] of Object.entries(one)) if (name !== secret) say(`${name.padEnd(width)}  ${cell(value)}`)
  if (secret !== undefined)
    say(`${secret.padEnd(width)}  ${cell(one[secret])}\n\nKeep the ${secret}: it is not shown again.`)
}

/** All pages of a list. */
const all = async (api: Api, { path, list }: Kind): Promise<Entry[]> => {
  const entries: Entry[] = []
  for (let cursor: unknown = ''; typeof cursor === 'string';) {
    const page = await call(api, 'GET', cursor === '' ? path : `${path}?cursor=${encodeURIComponent(cursor)}`)
    entries.push(...z.array(entry).parse(page?.[list]))
    cursor = page?.['next_cursor']
  }
  return entries
}

export const runList = async (kind: Kind, flags: ApiFlags): Promise<void> => {
  const entries = await all(await apiOf(flags), kind)
  if (flags.json) return entries.forEach((one) => show(one, true))
  say(
    textTable(
      kind.columns,
      entries.map((one) => kind.columns.map((column) => cell(one[column]))),
    ),
  )
}

export const runShow = async (kind: Kind, flags: ApiFlags, id: string): Promise<void> => {
  const one = await call(await apiOf(flags), 'GET', `${kind.path}/${encodeURIComponent(id)}`)
  show(one ?? {}, flags.json ?? false)
}

export const runAdd = async (kind: Kind, flags: ApiFlags, body: object): Promise<void> =>
  show((await call(await apiOf(flags), 'POST', kind.path, body)) ?? {}, flags.json ?? false)

export const runSet = async (kind: Kind, flags: ApiFlags, id: string, body: object): Promise<void> => {
  const one = await call(await apiOf(flags), 'PATCH', `${kind.path}/${encodeURIComponent(id)}`, body)
  show(one ?? {}, flags.json ?? false)
}

export const runRotate = async (kind: Kind, flags: ApiFlags, id: string, body: object): Promise<void> => {
  const one = await call(await apiOf(flags), 'POST', `${kind.path}/${encodeURIComponent(id)}/rotate`, body)
  show(one ?? {}, flags.json ?? false)
}

export const runRemove = async (kind: Kind, flags: ApiFlags, id: string): Promise<void> => {
  await call(await apiOf(flags), 'DELETE', `${kind.path}/${encodeURIComponent(id)}`)
  if (!flags.json) say(`${id} is gone.`)
}
