import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { alone, environment, install, root, runtime, step } from './install.mjs'

// `node tools/setup.mjs <command> [arguments]`: brings what the command needs, each part only when it is missing, then runs it.

/** Runs a program of ours on this Node to its end and hands on the signals that we get; resolves to its exit code. */
const run = (args, options = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(options.program ?? process.execPath, args, {
      cwd: root,
      stdio: 'inherit',
      env: environment(),
      ...options,
    })
    const pass = (signal) => child.kill(signal)
    // Ctrl-C in a terminal reaches the child by itself; a second signal from us would cut its orderly end short
    const ignore = () => {}
    process
      .on('SIGINT', process.stdin.isTTY ? ignore : pass)
      .on('SIGTERM', pass)
      .on('SIGHUP', pass)
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name)
      resolve(signal === null ? code : 1)
    })
  })

/** Runs a program and keeps what it prints, until it fails. */
const runQuietly = (args) =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...environment(), NODE_USE_ENV_PROXY: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const output = { stdout: '', stderr: '' }
    child.stdout.on('data', (chunk) => (output.stdout += chunk))
    child.stderr.on('data', (chunk) => (output.stderr += chunk))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, ...output }))
  })

const haveNats = async () => {
  const { code, stdout, stderr } = await runQuietly(['tools/servers/src/fetch-nats.ts'])
  if (code !== 0) throw new Error(stderr.trim())
  return stdout.trim()
}

const build = async () => {
  const { code, stdout, stderr } = await runQuietly(['node_modules/typescript/bin/tsc', '-b'])
  if (code !== 0) throw new Error(`The build failed:\n${stdout}${stderr}`)
}

const isBuilt = () => existsSync(join(root, 'apps/cli/dist/.tsbuildinfo'))

/** nats-server and the build, side by side; silent when both are there. */
const prepare = async ({ nats, dist }) => {
  const work = async () => {
    const [fetched] = await Promise.all([nats ? haveNats() : '', dist ? build() : undefined])
    return fetched
  }
  if (dist && !isBuilt()) await step(nats ? 'building, and looking for nats-server' : 'building', work)
  else {
    const fetched = await work()
    if (fetched) process.stderr.write(`skein: fetched ${fetched}\n`)
  }
}

const skein = (args) => run(['apps/cli/bin/skein.mjs', ...args])

/** What each command needs before it runs, and how it runs. */
const commands = {
  start: { needs: () => ({ nats: !process.env.NATS_URL, dist: true }), run: (args) => skein(['up', ...args]) },
  skein: { needs: ([name]) => ({ nats: name === 'up' && !process.env.NATS_URL, dist: true }), run: skein },
  bench: { needs: () => ({ nats: true, dist: true }), run: (args) => run(['tools/bench.mjs', ...args]) },
  build: { needs: () => ({ nats: false, dist: true }), run: () => 0 },
  affected: {
    needs: () => ({ nats: false, dist: false }),
    run: (args) => run(['node_modules/nx/dist/bin/nx.js', 'affected', '-t', 'build', 'lint', 'test', ...args]),
  },
  check: { needs: () => ({ nats: false, dist: false }), run: () => run(['tools/test.mjs', 'check']) },
  test: { needs: () => ({ nats: false, dist: false }), run: (args) => run(['tools/test.mjs', ...args]) },
}

const main = async () => {
  const [name = '', ...args] = process.argv.slice(2)
  const command = commands[name]
  if (command === undefined) throw new Error(`node tools/setup.mjs <${Object.keys(commands).join(' | ')}> …`)
  await alone(install)
  const node = runtime()
  if (node !== process.execPath) return run([process.argv[1], name, ...args], { program: node })
  await alone(() => prepare(command.needs(args)))
  return command.run(args)
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
