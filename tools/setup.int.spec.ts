import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const tools = new URL('.', import.meta.url).pathname

/** A checkout with nothing in it but the set-up, and an npm that notes that it ran and installs what the lock file says. */
let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'skein-setup-'))
  mkdirSync(join(root, 'tools'))
  copyFileSync(join(tools, 'install.mjs'), join(root, 'tools', 'install.mjs'))
  const run = `import { alone, install, runtime } from './install.mjs'\nawait alone(install)\nconsole.log(runtime())\n`
  writeFileSync(join(root, 'tools', 'run.mjs'), run)
  lock({ 'node_modules/a': { version: '1.0.0' }, 'node_modules/other-platform': { version: '1.0.0', optional: true } })
  npm('mkdir -p node_modules; cp package-lock.json node_modules/.package-lock.json')
})
afterEach(() => rmSync(root, { recursive: true }))

const lock = (packages: Record<string, unknown>): void =>
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...packages } }))

const npm = (work: string): void => {
  mkdirSync(join(root, 'bin'), { recursive: true })
  writeFileSync(join(root, 'bin', 'npm'), `#!/bin/sh\necho "$@" >> calls\n${work}\n`)
  chmodSync(join(root, 'bin', 'npm'), 0o755)
}

const options = () => {
  const { npm_execpath: _, ...env } = process.env
  return { env: { ...env, PATH: `${join(root, 'bin')}:${env['PATH']}` } }
}
const setUp = () => spawnSync(process.execPath, [join(root, 'tools', 'run.mjs')], { ...options(), encoding: 'utf8' })

const calls = (): string[] => {
  const file = join(root, 'calls')
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
}

describe('the packages', () => {
  it('are installed from the lock file, without the scripts of anybody, and the second time nothing is done or said', () => {
    expect(setUp().stderr).toMatch(/^skein: installing the packages of the lock file … \d+\.\d s\n$/)
    expect(setUp().stderr).toBe('')
    expect(calls()).toHaveLength(1)
    expect(calls()[0]).toMatch(/^ci --ignore-scripts /)
  })

  it('are left alone where somebody else has installed them', () => {
    mkdirSync(join(root, 'node_modules'))
    const packages = { 'node_modules/a': { version: '1.0.0' } }
    writeFileSync(join(root, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }))
    expect(setUp().stderr).toBe('')
    expect(calls()).toEqual([])
  })

  it('are installed again when the lock file asks for other ones', () => {
    setUp()
    lock({ 'node_modules/a': { version: '1.0.1' } })
    setUp()
    expect(calls()).toHaveLength(2)
  })

  it('are installed once when two set-ups start at the same time', async () => {
    npm('sleep 0.5; mkdir -p node_modules; cp package-lock.json node_modules/.package-lock.json')
    const both = [1, 2].map(() => spawn(process.execPath, [join(root, 'tools', 'run.mjs')], options()))
    const codes = await Promise.all(both.map(async (child) => (await once(child, 'exit')) as [number]))
    expect(codes.flat().filter((code) => code !== null)).toEqual([0, 0])
    expect(calls()).toHaveLength(1)
  })

  it('are installed though a killed set-up has left its mark', () => {
    const { pid } = spawnSync(process.execPath, ['--version'])
    mkdirSync(join(root, '.skein'))
    writeFileSync(join(root, '.skein', 'setup.pid'), String(pid))
    expect(setUp().status).toBe(0)
  })

  it("are not there when npm fails, and then npm's own words are", () => {
    npm('echo "npm error 404" >&2; exit 1')
    const { status, stderr } = setUp()
    expect(status).not.toBe(0)
    expect(stderr).toContain('npm error 404')
    npm('mkdir -p node_modules; cp package-lock.json node_modules/.package-lock.json')
    expect(setUp().status).toBe(0)
  })
})

describe('the runtime', () => {
  it('is this Node where it is new enough', () => {
    expect(setUp().stdout.trim()).toBe(process.execPath)
  })

  it.runIf(process.platform !== 'win32')('gets the link that npm 10 loses', () => {
    const bin = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin')
    setUp()
    mkdirSync(bin, { recursive: true })
    mkdirSync(join(root, 'node_modules', '.bin'))
    copyFileSync(process.execPath, join(bin, 'node'))
    setUp()
    expect(spawnSync(join(root, 'node_modules', '.bin', 'node'), ['--version'], { encoding: 'utf8' }).stdout).toMatch(
      /^v/,
    )
  })
})
