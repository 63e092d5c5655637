import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

// Plain JavaScript for Node 20 with no dependencies: it runs before anything is installed.

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const lockFile = join(root, 'package-lock.json')
const modules = join(root, 'node_modules')
const stampFile = join(modules, '.skein-install')
export const NODE_MAJOR = 24

const say = (text) => process.stderr.write(text) || true

/** Runs a slow step with one line that names it, and its time at the end. */
export const step = async (name, work) => {
  const start = performance.now()
  say(`skein: ${name} … `)
  const note = await work()
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  say(`${note ? `${note}, ` : ''}${seconds} s\n`)
}

const isAlive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Does this work while no other set-up of this checkout does its own: two first starts at once would install over one another. */
export const alone = async (work) => {
  const file = join(root, '.skein', 'setup.pid')
  mkdirSync(dirname(file), { recursive: true })
  let told = false
  for (let rounds = 0; ; rounds++) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const holder = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
    // empty for long, or of our own id from before a restart: its maker was killed
    const isLeft = holder === 0 ? rounds > 50 : holder === process.pid || !isAlive(holder)
    if (isLeft) rmSync(file, { force: true })
    else if (!told && holder > 0) told = say(`skein: waiting for the set-up of process ${holder}\n`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'))

/** Whether what npm noted at its last installation is what the lock file asks for, whoever ran npm then. */
const isInstalled = () => {
  const noted = join(modules, '.package-lock.json')
  if (!existsSync(noted)) return false
  const installed = readJson(noted).packages
  return Object.entries(readJson(lockFile).packages).every(([path, wanted]) => {
    if (!path.includes('node_modules/')) return true
    const found = installed[path]
    if (found === undefined) return wanted.optional === true || wanted.peer === true
    return found.version === wanted.version && found.link === wanted.link
  })
}

/** The npm that started us, on the Node that started us; else the one on PATH. */
const npm = (args) => {
  const cli = process.env.npm_execpath
  const [program, first] = cli && /npm-cli\.[cm]?js$/.test(cli) ? [process.execPath, [cli]] : ['npm', []]
  return spawnSync(program, [...first, ...args], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32' && program === 'npm',
  })
}

// no dependency needs its install script: Postgres's only makes symlinks, which tools/servers does itself
const npmArguments = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']

/** Installs from the lock file unless that is done. */
export const install = async () => {
  const stamp = createHash('sha256')
    .update(readFileSync(lockFile))
    .update(process.platform + process.arch)
    .digest('hex')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
  if (!isInstalled()) {
    await step('installing the packages of the lock file', () => {
      const { status, stdout, stderr, error } = npm(npmArguments)
      if (status === 0) return
      say(`failed\n${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}\n`)
      throw new Error(`npm ${npmArguments.join(' ')} failed: its words are above`)
    })
  }
  writeFileSync(stampFile, stamp)
}

const majorOf = (node) => {
  try {
    return Number(/^v(\d+)\./.exec(execFileSync(node, ['--version'], { encoding: 'utf8' }))?.[1])
  } catch {
    return 0
  }
}

/** The Node that came with the packages for this platform. */
const packagedNode = () => {
  const names = ['node-', 'node-bin-'].map(
    (start) => `${start}${process.platform.replace('win32', 'win')}-${process.arch}`,
  )
  const program = process.platform === 'win32' ? 'node.exe' : 'node'
  return names.map((name) => join(modules, name, 'bin', program)).find((path) => existsSync(path))
}

/** npm 10 loses this link when it skips the packages of the other platforms, which all have a program of the same name. */
const linkNode = (packaged) => {
  const link = join(modules, '.bin', 'node')
  if (process.platform === 'win32' || existsSync(link)) return
  rmSync(link, { force: true })
  symlinkSync(relative(dirname(link), packaged), link)
}

/** The Node to go on with: this one where it is new enough, else the one that was installed with the packages. */
export const runtime = () => {
  const packaged = packagedNode()
  if (packaged !== undefined) linkNode(packaged)
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) return process.execPath
  if (packaged !== undefined && majorOf(packaged) >= NODE_MAJOR) return packaged
  throw new Error(
    `Skein runs on Node ${NODE_MAJOR} or later. This is ${process.version}, and no package brings it for ${process.platform}-${process.arch}: install Node ${NODE_MAJOR} and try again`,
  )
}

/** The environment of what we start: programs of the packages first, and among them the right Node. */
export const environment = () => ({
  ...process.env,
  PATH: [dirname(process.execPath), join(modules, '.bin'), process.env.PATH ?? ''].join(delimiter),
  NX_DAEMON: 'false',
  NX_TUI: 'false',
  NX_NO_CLOUD: 'true',
})
