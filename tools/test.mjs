import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environment, root } from './install.mjs'

// `node tools/test.mjs [stage…]`: the stages in turn, cheapest first, up to the first that fails; all of them without arguments.

const folder = mkdtempSync(join(tmpdir(), 'skein-counts-'))
const countsFile = join(folder, 'counts.json')
const totals = { passed: 0, failed: 0, skipped: 0 }
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`

const run = (args, env = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...environment(), ...env } })
    const pass = (signal) => child.kill(signal)
    process.on('SIGTERM', pass)
    child.once('error', reject)
    child.once('exit', (code) => {
      process.off('SIGTERM', pass)
      resolve(code === 0)
    })
  })

const program = (name, ...args) => run([`node_modules/${name}`, ...args])

const addCounts = () => {
  if (!existsSync(countsFile)) return
  const counts = JSON.parse(readFileSync(countsFile, 'utf8'))
  for (const name of Object.keys(totals)) totals[name] += counts[name]
  rmSync(countsFile)
}

const specs = async (project, env = {}) => {
  const ok = await run(['node_modules/vitest/vitest.mjs', 'run', '--project', project], {
    SKEIN_TEST_COUNTS: countsFile,
    ...env,
  })
  addCounts()
  return ok
}

const haveNats = () => run(['tools/servers/src/fetch-nats.ts'], { NODE_USE_ENV_PROXY: '1' })
const typescript = 'typescript/bin/tsc'
const build = () => program(typescript, '-b')

/** Int and e2e on containers; a reason instead of a result where no engine runs. */
const onContainers = async () => {
  const { engineFault } = await import('./servers/src/test-containers.ts')
  const fault = await engineFault()
  if (fault !== null) {
    process.stdout.write(`No container engine: ${fault}. \`npm test\` runs the same tests on embedded servers.\n`)
    return 'skipped'
  }
  const env = { SKEIN_TEST_CONTAINERS: '1' }
  return (await specs('int', env)) && (await build()) && specs('e2e', env)
}

/** What each stage is called, and how it runs: to true, false or `skipped`. */
const stages = {
  format: ['format', () => program('prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.')],
  lint: [
    'lint and boundaries',
    () => program('nx/dist/bin/nx.js', 'run', 'skein:lint-all', '--output-style=stream-without-prefixes'),
  ],
  types: ['types', async () => (await build()) && program(typescript, '-p', 'tsconfig.spec.json')],
  unit: ['unit', () => specs('unit')],
  int: ['int', async () => (await haveNats()) && specs('int')],
  e2e: ['e2e', async () => (await haveNats()) && (await build()) && specs('e2e')],
  containers: ['int and e2e on containers', onContainers],
}
const CHECKS = ['format', 'lint', 'types']
const TESTS = ['unit', 'int', 'e2e']
const groups = { check: CHECKS, '': [...CHECKS, ...TESTS] }

const wanted = process.argv.slice(2)
const names = wanted.length > 1 ? wanted : (groups[wanted[0] ?? ''] ?? wanted)

const main = async () => {
  const start = performance.now()
  for (const name of names) {
    const stage = stages[name]
    if (stage === undefined) throw new Error(`There is no stage ${name}: ${Object.keys(stages).join(', ')}`)
    const [title, work] = stage
    const since = performance.now()
    process.stdout.write(`\n== ${title}\n`)
    const outcome = await work()
    const word = outcome === 'skipped' ? outcome : outcome ? 'passed' : 'FAILED'
    process.stdout.write(`== ${title}: ${word} in ${seconds(since)}\n`)
    if (!outcome) return { ok: false, said: `Stopped: the stage "${title}" failed after ${seconds(start)}.` }
  }
  return { ok: true, said: `All of ${names.join(', ')} in ${seconds(start)}.` }
}

try {
  const { ok, said } = await main()
  const ran = totals.passed + totals.failed
  const asked = names.some((name) => TESTS.includes(name))
  const noneRan = ok && asked && ran === 0
  process.stdout.write(`\n${said}${noneRan ? ' No test ran.' : ''}\n`)
  if (asked || ran > 0) {
    process.stdout.write(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`)
  }
  process.exitCode = ok && !noneRan && totals.failed === 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
