import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'

const skein = new URL('../../apps/cli/bin/skein.mjs', import.meta.url).pathname

const listens = async (url: string): Promise<boolean> => {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

it('`skein up` goes on when nobody reads what it prints, and stops its servers when it is told to', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'skein-readers-'))
  const ports = ['--port', '0', '--smtp-port', '0', '--nats-port', '0', '--postgres-port', '0']
  const child = spawn(process.execPath, [skein, 'up', '--data', folder, '--no-samples', ...ports], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  try {
    for await (const line of createInterface({ input: child.stdout })) if (line.includes('API key')) break
    const running = join(folder, 'running.json')
    const { url, natsUrl, databaseUrl } = JSON.parse(await readFile(running, 'utf8')) as Record<string, string>
    child.stdout.destroy()
    child.stderr.destroy()
    expect((await fetch(`${url}/health/ready`)).status).toBe(200)
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
    expect([await listens(natsUrl ?? ''), await listens(databaseUrl ?? '')]).toEqual([false, false])
    expect(existsSync(running)).toBe(false)
  } finally {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
    await rm(folder, { recursive: true, force: true })
  }
}, 120_000)
