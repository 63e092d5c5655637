import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { cachedNats, findNats } from './nats-program.ts'
import { RELEASE, releasedNats } from './nats-release.ts'
import { temporaryFolder } from './test-servers.ts'

let folder: string
beforeEach(() => (folder = temporaryFolder()))
afterEach(() => {
  rmSync(folder, { recursive: true })
  vi.unstubAllGlobals()
})

/** A program that says it is this version of nats-server. */
const fake = (path: string, version: string): string => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `#!/bin/sh\necho "nats-server: v${version}"\n`)
  chmodSync(path, 0o755)
  return path
}
const environment = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  XDG_CACHE_HOME: join(folder, 'cache'),
  PATH: join(folder, 'bin'),
  ...more,
})

describe('the nats-server that is used', () => {
  it('is the one that SKEIN_NATS_SERVER names, before all others', () => {
    fake(join(folder, 'bin', 'nats-server'), '2.15.0')
    const named = fake(join(folder, 'named'), '2.14.0')
    expect(findNats(environment({ SKEIN_NATS_SERVER: named }))).toMatchObject({ path: named, version: '2.14.0' })
  })

  it('is refused when the one that is named cannot be used, and not replaced by another', () => {
    fake(join(folder, 'bin', 'nats-server'), '2.15.0')
    const old = fake(join(folder, 'old'), '2.13.9')
    expect(() => findNats(environment({ SKEIN_NATS_SERVER: old }))).toThrow('is version 2.13.9')
    expect(() => findNats(environment({ SKEIN_NATS_SERVER: join(folder, 'none') }))).toThrow('no nats-server that runs')
  })

  it('is the newest of the cache, and before that of the PATH', () => {
    fake(join(folder, 'bin', 'nats-server'), '2.16.0')
    fake(cachedNats('2.9.1', environment()), '2.9.1')
    fake(cachedNats('2.14.9', environment()), '2.14.9')
    fake(cachedNats('2.14.10', environment()), '2.14.10')
    expect(findNats(environment())).toMatchObject({ version: '2.14.10', from: 'cache' })
  })

  it('is the first on PATH that is new enough', () => {
    fake(join(folder, 'bin', 'nats-server'), '2.10.29')
    fake(join(folder, 'other', 'nats-server'), '2.15.1')
    const PATH = `${join(folder, 'bin')}:${join(folder, 'other')}`
    expect(findNats(environment({ PATH }))).toMatchObject({ version: '2.15.1', from: 'path' })
  })

  it('is none where there is only an old one', () => {
    fake(join(folder, 'bin', 'nats-server'), '2.10.29')
    expect(findNats(environment())).toBeNull()
  })
})

describe('the official release', () => {
  it('is unpacked when its sum is the right one', async () => {
    const platform = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`
    const name = `nats-server-v${RELEASE}-${platform}`
    fake(join(folder, name, 'nats-server'), RELEASE)
    writeFileSync(join(folder, name, 'LICENSE'), 'x'.repeat(700))
    const archive = execFileSync('tar', ['-czf', '-', '-C', folder, name])
    vi.stubGlobal('fetch', async () => new Response(new Uint8Array(archive)))
    const sum = createHash('sha256').update(archive).digest('hex')
    const program = await releasedNats({ [platform]: sum })
    expect(program.toString()).toBe(readFileSync(join(folder, name, 'nats-server'), 'utf8'))
  })

  it('is refused when its sum is another one', async () => {
    vi.stubGlobal('fetch', async () => new Response('something else'))
    await expect(releasedNats()).rejects.toThrow(/its SHA-256 is [0-9a-f]{64}, and must be/)
  })

  it('is given up in words when its host cannot be reached', async () => {
    vi.stubGlobal('fetch', async () => {
      throw new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND') })
    })
    await expect(releasedNats()).rejects.toThrow('getaddrinfo ENOTFOUND')
  })

  it('is given up after seconds when its host does not answer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    vi.stubGlobal('fetch', (_: string, { signal }: { signal: AbortSignal }) => {
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
    })
    const failure = expect(releasedNats()).rejects.toThrow('no answer')
    await vi.advanceTimersByTimeAsync(5_000)
    await failure
    vi.useRealTimers()
  })
})
