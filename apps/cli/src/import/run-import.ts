import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findRunning } from '../running.js'
import { CannotImport } from './cannot-import.js'
import { importMail, type ImportProgress } from './import-mail.js'
import { progressLine, resultText } from './import-words.js'

export interface RunImport {
  paths: string[]
  inbox: string
  url: string | undefined
  key: string | undefined
  dataDir: string
  concurrency: number
  stateFile: string
  restart: boolean
  json: boolean
}

const CALM_MS = 5_000

/** Runs an import in a terminal. Gives the exit code: 0 when every message was stored, 1 when not. */
export const runImport = async ({ dataDir, json, ...flags }: RunImport): Promise<number> => {
  const api = { url: checkedUrl(flags.url ?? (await runningUrl(dataDir))), key: flags.key ?? (await keyIn(dataDir)) }
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())
  const result = await importMail({ ...flags, ...api, signal: stop.signal }, json ? undefined : progressShown())
  if (!json && process.stderr.isTTY) process.stderr.write('\n')
  process.stdout.write(`${json ? JSON.stringify(result) : resultText(result)}\n`)
  return result.problems.length === 0 && result.stopped === null ? 0 : 1
}

/** On a terminal one line that changes; elsewhere a line now and then. */
const progressShown = (): ((progress: ImportProgress) => void) => {
  if (process.stderr.isTTY) return (progress) => void process.stderr.write(`\r\u001b[K${progressLine(progress)}`)
  let last = performance.now()
  return (progress) => {
    if (performance.now() - last < CALM_MS) return
    last = performance.now()
    process.stderr.write(`${progressLine(progress)}\n`)
  }
}

const checkedUrl = (url: string): string => {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url
  throw new CannotImport(`--url is ${url}; it takes the address of the API, for instance http://127.0.0.1:8025`)
}

const runningUrl = async (dataDir: string): Promise<string> => {
  const running = await findRunning(dataDir)
  if (running) return running.url
  throw new CannotImport(`nothing runs on ${dataDir}: start it (npm start), or say where the API is with --url`)
}

const keyIn = async (dataDir: string): Promise<string> => {
  const text = await readFile(join(dataDir, 'instance.json'), 'utf8').catch(() => '{}')
  const { apiKey } = JSON.parse(text) as { apiKey?: string }
  if (apiKey !== undefined) return apiKey
  throw new CannotImport(`${dataDir} holds no API key: give one with --key, or in SKEIN_API_KEY`)
}
