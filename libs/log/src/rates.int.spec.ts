import { testNats, type TestNats } from '@skein/servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLog, Rates, type Log } from './index.js'

const NOON = Date.parse('2026-03-01T12:00:00Z')
let nats: TestNats
let log: Log
beforeAll(async () => {
  nats = await testNats()
  log = await openLog({ url: nats.natsUrl, monitorUrl: nats.monitorUrl, name: 'spec', partitions: 1 })
})
afterAll(async () => {
  await log?.close()
  await nats?.stop()
})

const allowedOf = async (rates: Rates, key: string, requests: number): Promise<number> => {
  let allowed = 0
  for (let i = 0; i < requests; i++) if ((await rates.take(key)).allowed) allowed++
  return allowed
}

describe('the requests of a key in a minute', () => {
  it('are as many as the limit, then none until the next minute', async () => {
    let now = NOON
    const rates = new Rates(log.connection, 50, () => now)
    expect(await rates.take('key_a')).toEqual({ allowed: true, remaining: 49, reset: 60 })
    expect(await allowedOf(rates, 'key_a', 100)).toBe(49)
    now += 59_500
    expect(await rates.take('key_a')).toEqual({ allowed: false, remaining: 0, reset: 1 })
    now += 500
    expect(await rates.take('key_a')).toMatchObject({ allowed: true, remaining: 49 })
  })

  it('are counted over all processes, to the last one', async () => {
    const processes = Array.from({ length: 4 }, () => new Rates(log.connection, 200, () => NOON))
    const counts = await Promise.all(processes.map((rates) => allowedOf(rates, 'key_b', 200)))
    expect(counts.reduce((sum, one) => sum + one, 0)).toBe(200)
  })

  it('are those of that key alone', async () => {
    const rates = new Rates(log.connection, 20, () => NOON)
    await allowedOf(rates, 'key_c', 30)
    expect((await rates.take('key_d')).allowed).toBe(true)
  })

  it('ask the server once in many', async () => {
    let asked = 0
    const counting: Pick<Log['connection'], 'request'> = {
      request: (...given) => {
        asked++
        return log.connection.request(...given)
      },
    }
    await allowedOf(new Rates(counting, 3_000, () => NOON), 'key_e', 1_000)
    expect(asked).toBeLessThan(15)
  })

  it('are let through where the server is away, as many as the limit', async () => {
    const away = { request: () => Promise.reject(new Error('away')) }
    expect(await allowedOf(new Rates(away, 40, () => NOON), 'key_f', 100)).toBe(40)
  })
})
