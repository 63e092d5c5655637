import { eventSubject, partitionOf, type SpaceId } from '@skein/events'
import { eventMessage, openLog, type Log } from '@skein/log'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSystem, type System } from '../system/system.js'

interface Health {
  state: string
  checks: Record<string, { state: string; detail: string }>
}

describe('an instance that is older than its log', () => {
  let system: System
  let log: Log
  let sequence: number
  const space = 'spc_demo' as SpaceId
  const partition = partitionOf(space, 4)

  const health = async (): Promise<Health> => (await (await fetch(`${system.url}/health/ready`)).json()) as Health
  const mail = async (id: string): Promise<{ status: number; sequence: string }> => {
    const raw = `From: a@a.example\r\nMessage-ID: <${id}@a.example>\r\nSubject: ${id}\r\n\r\nText.\r\n`
    const answer = await system.mail(raw)
    return { status: answer.status, ...((await answer.json()) as { sequence: string }) }
  }

  beforeAll(async () => {
    system = await startSystem()
    log = await openLog({ url: system.natsUrl, monitorUrl: system.monitorUrl, name: 'test', partitions: 4 })
    await system.call('GET', `/v1/threads?wait_for=${(await mail('before')).sequence}`)
    expect((await health()).checks['events']).toMatchObject({ state: 'green' })
    const [event] = await log.eventsAt(partition, [1])
    if (event === undefined) throw new Error('there is no event')
    const { headers, body } = eventMessage(event)
    headers.set('ce-type', 'skein.ThreadDreamt')
    sequence = (await log.js.publish(eventSubject(partition, space, 'ThreadDreamt'), body, { headers })).seq
  })
  afterAll(async () => {
    await log?.close()
    await system?.stop()
  })

  it('says which event its views lack, and what to do', async () => {
    await expect.poll(async () => (await health()).checks['events']?.state, { timeout: 10_000 }).toBe('yellow')
    const detail = (await health()).checks['events']?.detail
    expect(detail).toContain(`EVENTS-${partition}:${sequence}: unknown event type "ThreadDreamt"`)
    expect(detail).toContain('skein ops rebuild')
  })

  it('takes mail, decides nothing about it, and is red with the reason', async () => {
    expect((await mail('after')).status).toBe(202)
    await expect.poll(async () => (await health()).checks['threader']?.state, { timeout: 20_000 }).toBe('red')
    expect((await health()).checks['threader']?.detail).toContain(`partition ${partition} is not opened`)
    expect(await log.endOfEvents(partition)).toBe(sequence)
  })

  it('goes on reading', async () => {
    const answer = await system.call('GET', '/v1/threads?search=before')
    expect(((await answer.json()) as { threads: unknown[] }).threads).toHaveLength(1)
  })
})
