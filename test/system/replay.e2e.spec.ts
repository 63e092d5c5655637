import { partitionOf, type SpaceId } from '@skein/events'
import { openLog, type Log } from '@skein/log'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ops } from './ops.js'
import { startSystem, type System } from './system.js'

interface Line {
  id: string
  type: string
  time: string
  subject: string
  sequence: number
  data: Record<string, unknown>
}

describe('a replay', () => {
  let system: System
  let log: Log
  let middle: string
  const partition = partitionOf('spc_demo' as SpaceId, 4)

  const replay = async (...parameters: string[]): Promise<Line[]> =>
    (await ops(system, 'replay', ...parameters)).out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line)
  const mail = async (id: string, inbox: string, answers?: string): Promise<void> => {
    const head = answers === undefined ? '' : `In-Reply-To: <${answers}@a.example>\r\n`
    const raw = `From: a@a.example\r\nMessage-ID: <${id}@a.example>\r\n${head}Subject: ${answers === undefined ? id : `Re: ${answers}`}\r\n\r\nText.\r\n`
    const { sequence } = (await (await system.mail(raw, inbox)).json()) as { sequence: string }
    await system.call('GET', `/v1/threads?wait_for=${sequence}`)
  }
  const ends = async (): Promise<number[]> => {
    const streams = await log.streams()
    return streams.filter(({ stream }) => /^(MAIL|EVENTS|PARKED)/.test(stream)).map(({ last }) => last)
  }

  beforeAll(async () => {
    system = await startSystem()
    log = await openLog({ url: system.natsUrl, monitorUrl: system.monitorUrl, name: 'test', partitions: 4 })
    await mail('one', 'inb_support')
    await mail('one-again', 'inb_support', 'one')
    middle = new Date().toISOString()
    await mail('two', 'inb_sales')
  })
  afterAll(async () => {
    await log?.close()
    await system?.stop()
  })

  it('prints what the log holds, in its order, as CloudEvents', async () => {
    const lines = await replay('--space', 'spc_demo')
    expect(lines.map(({ type }) => type)).toEqual([
      'skein.ThreadStarted',
      'skein.MessageThreaded',
      'skein.MessageThreaded',
      'skein.ThreadStarted',
      'skein.MessageThreaded',
    ])
    expect(lines.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5])
    const [stored] = await log.eventsAt(partition, [2])
    expect(lines[1]).toMatchObject({ id: stored?.id, time: stored?.time, subject: stored?.thread, data: stored?.data })
  })

  it('is cut by sequence, time, thread, inbox and type, all together', async () => {
    const p = String(partition)
    const sequences = async (...parameters: string[]): Promise<number[]> =>
      (await replay('--partition', p, ...parameters)).map(({ sequence }) => sequence)
    const [first] = await log.eventsAt(partition, [1])
    expect(await sequences('--from', '2', '--to', '3')).toEqual([2, 3])
    expect(await sequences('--until', middle)).toEqual([1, 2, 3])
    expect(await sequences('--since', middle)).toEqual([4, 5])
    expect(await sequences('--thread', first?.thread ?? '')).toEqual([1, 2, 3])
    expect(await sequences('--inbox', 'inb_sales')).toEqual([4, 5])
    expect(await sequences('--type', 'MessageThreaded', '--inbox', 'inb_support', '--from', '3')).toEqual([3])
  })

  it('says which flag is wrong', async () => {
    await expect(ops(system, 'replay', '--from', '2')).rejects.toThrow('--partition')
    await expect(ops(system, 'replay', '--since', 'yesterday')).rejects.toThrow('--since')
    await expect(ops(system, 'replay', '--type', 'Nonsense')).rejects.toThrow('Nonsense')
    await expect(ops(system, 'replay', '--inbox', 'inb_nobody')).rejects.toThrow('inb_nobody')
  })

  it('goes to a subject of another system, with the headers of the log', async () => {
    const subscription = log.connection.subscribe('skein.replay.other', { max: 5 })
    await log.connection.flush()
    await ops(system, 'replay', '--space', 'spc_demo', '--to-subject', 'skein.replay.other')
    const got: { id: string | undefined; body: unknown }[] = []
    for await (const message of subscription) got.push({ id: message.headers?.get('ce-id'), body: message.json() })
    const stored = await log.eventsAt(partition, [1, 2, 3, 4, 5])
    expect(got).toEqual(stored.map(({ id, data }) => ({ id, body: data })))
  })

  it.each(['skein.mail.0.spc_demo.received', 'skein.events.0.x.Y', 'skein.cmd.threader.0.X', 'skein.in.inb_a', 'a.>'])(
    'refuses %s, which is not for that',
    async (subject) => {
      await expect(ops(system, 'replay', '--to-subject', subject)).rejects.toThrow('--to-subject')
    },
  )

  it('goes to one webhook by the outbox, under the same ids', async () => {
    const made = await system.call('POST', '/v1/webhooks', { url: 'https://hook.invalid/skein' })
    const { id } = (await made.json()) as { id: string }
    const range = ['--partition', String(partition), '--from', '1', '--to', '2']
    const { out } = await ops(system, 'replay', ...range, '--to-webhook', id, '--json')
    expect(JSON.parse(out)).toMatchObject({ webhook_id: id, events: 2 })
    const events = await log.eventsAt(partition, [1, 2])
    await expect
      .poll(
        async () => {
          const answer = await system.call('GET', `/v1/webhooks/${id}/attempts`)
          const { attempts } = (await answer.json()) as { attempts: { kind: string; event_id: string }[] }
          return attempts
            .filter(({ kind }) => kind === 'replay')
            .map(({ event_id }) => event_id)
            .sort()
        },
        { timeout: 20_000 },
      )
      .toEqual(events.map((event) => event.id).sort())
    await expect(ops(system, 'replay', '--inbox', 'inb_sales', '--to-webhook', id)).rejects.toThrow('--inbox')
  })

  it('decides nothing and writes nothing', async () => {
    const before = await ends()
    await replay()
    expect(await ends()).toEqual(before)
  })
})
