/**
 * How fast `skein import` brings an archive in, into an empty instance with servers that sync, until every mail shows.
 *   npm run bench -- import <mbox | Maildir | folder> [--concurrency 64] [--json]
 */
import { parseArgs } from 'node:util'
import { importMail } from '@skein/cli'
import { machine, startBenchSystem } from './bench-system.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { concurrency: { type: 'string', default: '64' }, json: { type: 'boolean', default: false } },
})
if (positionals.length === 0) {
  console.error('bench import: name an mbox, a Maildir or a folder of .eml files')
  process.exit(2)
}
const system = await startBenchSystem()
const say = (line: string): void => void (values.json ? undefined : process.stdout.write(line))

/** Waits until the last mail that was stored shows. */
const shown = async (sequence: string): Promise<void> => {
  for (;;) {
    const url = `${system.url}/v1/threads?limit=1&wait_for=${sequence}`
    const answer = await fetch(url, { headers: { authorization: `Bearer ${system.key}` } })
    if (answer.status !== 504) return
  }
}

const began = performance.now()
const result = await importMail(
  {
    paths: positionals,
    inbox: 'inb_support',
    url: system.url,
    key: system.key,
    concurrency: Number(values.concurrency),
    stateFile: null,
  },
  ({ stored, rate }) => say(`\r${stored} stored, ${rate.toFixed(0)}/s   `),
)
const storedAfter = (performance.now() - began) / 1000
if (result.lastSequence !== null) await shown(result.lastSequence)
const shownAfter = (performance.now() - began) / 1000
await system.stop()

const report = {
  bench: 'import',
  machine: machine(),
  mails: result.stored,
  refused: result.refused,
  megabytes: Math.round(result.bytes / 1e6),
  storedSeconds: Number(storedAfter.toFixed(1)),
  shownSeconds: Number(shownAfter.toFixed(1)),
  mailsPerSecond: Math.round(result.stored / shownAfter),
}
if (values.json) console.log(JSON.stringify(report))
else {
  say(`\r${report.mails} mails (${report.megabytes} MB), ${report.refused} refused; ${report.machine}\n`)
  say(
    `all stored after ${report.storedSeconds} s, all in the views after ${report.shownSeconds} s: ${report.mailsPerSecond} mails/s\n`,
  )
  for (const { file, reason } of result.problems.slice(0, 20)) say(`  ${file}: ${reason}\n`)
}
