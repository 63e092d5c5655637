import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { corporaFolder, corpusMails, hasCorpus } from './corpora.ts'

const skein = fileURLToPath(new URL('../../apps/cli/bin/skein.mjs', import.meta.url))
const BY_SIZE = ['rhelp-2005', 'lore-10k', 'spamassassin-ham']
const PEAK = 'peak-KiB '

/** Run by the child before the command: says at its end how much memory it held at most. */
const sayPeak = `process.once('exit', () => process.stderr.write('\\n${PEAK}' + process.resourceUsage().maxRSS + '\\n'))`

export interface CommandRun {
  corpus: string
  mails: number
  seconds: number
  /** From the start of the process to its end: starting Node, reading every file, deciding, printing. */
  mailsPerSecond: number
  /** The most memory that the process held, all of it, not only the heap. */
  peakMiB: number
}

const runThread = async (folder: string): Promise<{ lines: number; seconds: number; peakMiB: number }> => {
  const began = performance.now()
  const child = spawn(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(sayPeak)}`, skein, 'thread', folder],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const [out, said, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  const seconds = (performance.now() - began) / 1000
  if (code !== 0) throw new Error(`skein thread ended with ${String(code)}: ${said}`)
  const peak = new RegExp(`^${PEAK}(\\d+)$`, 'm').exec(said)?.[1]
  if (peak === undefined) throw new Error(`skein thread did not say how much memory it held: ${said}`)
  return { lines: out.split('\n').length - 1, seconds, peakMiB: Math.round(Number(peak) / 1024) }
}

/** `skein thread` on the largest corpus that is there, unpacked to one file a mail; `null` where there is none. */
export const benchThreadCommand = async (): Promise<CommandRun | null> => {
  const corpora = corporaFolder()
  const corpus = corpora === null ? undefined : BY_SIZE.find((name) => hasCorpus(corpora, name))
  if (corpora === null || corpus === undefined) return null
  const folder = mkdtempSync(join(tmpdir(), 'skein-thread-'))
  try {
    const mails = corpusMails(corpora, corpus)
    for (const { n, raw } of mails) writeFileSync(join(folder, `${n}.eml`), raw)
    const { lines, seconds, peakMiB } = await runThread(folder)
    if (lines !== mails.length) throw new Error(`skein thread placed ${lines} of ${mails.length} mails`)
    const mailsPerSecond = Math.round(lines / seconds)
    return { corpus, mails: lines, seconds: Number(seconds.toFixed(2)), mailsPerSecond, peakMiB }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
