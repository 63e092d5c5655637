import { partitionOf, type SpaceId } from '@skein/events'
import { openLog, type Log } from '@skein/log'
import { Database, Projection } from '@skein/views'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { skein } from './ops.js'
import { startSystem, type System } from './system.js'

interface Then {
  id: string
  asked_id: string
  state: string
  absorbed: string[]
  subject: string
  as_of: { position: string; time: string }
  message_count: number
  messages: { id: string; message_id: string; is_erased: boolean; deliveries: { inbox: string }[] }[]
}
interface Entry {
  position: string
  type: string
  thread_id: string
  message_id: string | null
  by: { kind: string; actor?: string; command?: string; input?: string }
  rule: string | null
  words: string[]
}
interface Problem {
  field?: string
  fix?: string
  type: string
}

/**
 * Two threads, apples (a, a2, a3) and pears (b, b2), are merged by a person, get one more mail (b3), are parted again; then a2 and
 * a3 go into a thread of their own, and a2 from there to pears. `at` has the end of the log after each step.
 */
describe('the past of a thread', () => {
  let system: System
  let log: Log
  const partition = partitionOf('spc_demo' as SpaceId, 4)
  const at: Record<string, number> = {}
  const threads: Record<string, string> = {}
  const messages: Record<string, string> = {}
  let beforeAllMail = ''

  const get = async <T>(path: string): Promise<T> => (await (await system.call('GET', path)).json()) as T
  const mail = async (id: string, subject: string, answers?: string, inbox = 'inb_support'): Promise<void> => {
    const head = answers === undefined ? '' : `In-Reply-To: <${answers}@a.example>\r\n`
    const raw = `From: Ann <ann@a.example>\r\nMessage-ID: <${id}@a.example>\r\n${head}Subject: ${subject}\r\n\r\n${id}.\r\n`
    const answer = await system.mail(raw, inbox)
    const { sequence, message_id } = (await answer.json()) as { sequence: string; message_id: string }
    messages[id] = message_id
    const found = await get<{ thread_id: string }>(`/v1/messages/${message_id}?wait_for=${sequence}`)
    threads[id] = found.thread_id
    at[id] = await log.endOfEvents(partition)
  }
  const correct = async (step: string, path: string, body: unknown): Promise<{ thread: string }[]> => {
    const answer = await system.call('POST', path, body)
    expect(answer.status).toBeLessThan(300)
    const { events, wait_for } = (await answer.json()) as {
      events: { type: string; thread: string }[]
      wait_for: string
    }
    await get(`/v1/threads?wait_for=${wait_for}`)
    at[step] = await log.endOfEvents(partition)
    return events
  }
  const then = (thread: string, asOf: string | number): Promise<Then & Problem> =>
    get<Then & Problem>(`/v1/threads/${threads[thread]}?as_of=${encodeURIComponent(String(asOf))}`)
  const idsThen = async (thread: string, step: string): Promise<string[]> =>
    (await then(thread, at[step] ?? 0)).messages.map(({ message_id }) => message_id.slice(1, message_id.indexOf('@')))

  beforeAll(async () => {
    system = await startSystem()
    log = await openLog({ url: system.natsUrl, monitorUrl: system.monitorUrl, name: 'test', partitions: 4 })
    beforeAllMail = new Date(Date.now() - 60_000).toISOString()
    await mail('a', 'Apples')
    await mail('b', 'Pears')
    await mail('a2', 'Re: Apples', 'a')
    await mail('b2', 'Re: Pears', 'b', 'inb_sales')
    await mail('a3', 'Re: Apples', 'a2')
    await correct('merged', `/v1/threads/${threads['a']}/merge`, { with: [threads['b']] })
    await mail('b3', 'Re: Pears', 'b2')
    await correct('undone', `/v1/threads/${threads['b']}/undo`, {})
    await correct('split', `/v1/threads/${threads['a']}/split`, { messages: [messages['a2'], messages['a3']] })
    await correct('moved', `/v1/messages/${messages['a2']}/move`, { thread: threads['b'] })
  })
  afterAll(async () => {
    await log?.close()
    await system?.stop()
  })

  it('has what came into it, step by step', async () => {
    expect(await idsThen('a', 'a')).toEqual(['a'])
    expect(await idsThen('a', 'a2')).toEqual(['a', 'a2'])
    expect(await idsThen('b', 'a2')).toEqual(['b'])
    expect(await idsThen('b', 'b2')).toEqual(['b', 'b2'])
  })

  it('shows a thread that was merged under each of its ids, and what it had taken in', async () => {
    const [survivor, absorbed] = [await then('a', at['merged'] ?? 0), await then('b', at['merged'] ?? 0)]
    expect(survivor).toMatchObject({ id: threads['a'], state: 'own', absorbed: [threads['b']], message_count: 5 })
    expect(absorbed).toMatchObject({ id: threads['a'], asked_id: threads['b'], state: 'merged', message_count: 5 })
    expect((await idsThen('b', 'b3')).sort()).toEqual(['a', 'a2', 'a3', 'b', 'b2', 'b3'])
  })

  it('shows both by themselves after the merge was taken back', async () => {
    expect(await idsThen('a', 'undone')).toEqual(['a', 'a2', 'a3'])
    expect((await idsThen('b', 'undone')).sort()).toEqual(['b', 'b2', 'b3'])
  })

  it('shows what was split off, and what was moved in', async () => {
    expect(await idsThen('a', 'split')).toEqual(['a'])
    expect(await idsThen('a', 'moved')).toEqual(['a'])
    expect((await idsThen('b', 'split')).sort()).toEqual(['b', 'b2', 'b3'])
    expect((await idsThen('b', 'moved')).sort()).toEqual(['a2', 'b', 'b2', 'b3'])
  })

  it('as it is now, is what the views say', async () => {
    for (const thread of ['a', 'b']) {
      const now = await get<{ id: string; message_count: number; subject: string; messages: { id: string }[] }>(
        `/v1/threads/${threads[thread]}`,
      )
      const { id, subject, message_count, messages: held } = await then(thread, `${partition}:${at['moved']}`)
      const ids = held.map((message) => message.id)
      expect({ id, subject, message_count, ids }).toEqual({
        id: now.id,
        subject: now.subject,
        message_count: now.message_count,
        ids: now.messages.map((message) => message.id),
      })
    }
  })

  it('is at every event what the views of that moment held', async () => {
    const database = await Database.open({ databaseUrl: system.databaseUrl, schema: 'then' })
    try {
      const projection = new Projection(database)
      const recordsAt = (p: number, sequences: number[]) => log.recordsAt(p, sequences)
      const started: string[] = []
      for (let sequence = 1; sequence <= (at['moved'] ?? 0); sequence++) {
        const events = await log.eventsAt(partition, [sequence])
        for (const event of events) if (event.type === 'ThreadStarted') started.push(event.thread)
        await projection.apply({ partition, events }, recordsAt)
        for (const id of started) {
          const rows = await database.run<{ id: string; thread: string }>(
            `select id, thread from message
             where thread = coalesce((select survivor from thread_alias where absorbed = $1), $1) order by sent_at, id`,
            [id],
          )
          const past = await get<Then>(`/v1/threads/${id}?as_of=${sequence}`)
          expect(past.messages.map((message) => message.id)).toEqual(rows.map((row) => row.id))
          if (rows[0] !== undefined) expect(past.id).toBe(rows[0].thread)
        }
      }
      expect(started.length).toBeGreaterThan(1)
    } finally {
      await database.close()
    }
  })

  it('takes a time, and the place that an answer named', async () => {
    const [event] = await log.eventsAt(partition, [at['a2'] ?? 0])
    const byTime = await then('a', event?.time ?? '')
    expect(byTime.messages).toHaveLength(2)
    expect((await then('a', byTime.as_of.position)).messages).toEqual(byTime.messages)
    expect(await then('a', new Date(Date.now() + 60_000).toISOString())).toMatchObject({ message_count: 1 })
  })

  it('says when a thread began to who asks for an earlier time', async () => {
    for (const early of [beforeAllMail, '0', String(at['a'])]) {
      const answer = await system.call('GET', `/v1/threads/${threads['b']}?as_of=${encodeURIComponent(early)}`)
      expect(answer.status).toBe(404)
      const problem = (await answer.json()) as Problem
      expect(problem).toMatchObject({ type: 'urn:skein:problem:no-thread-yet', field: 'as_of' })
      expect(problem.fix).toMatch(/^It began at 20/)
    }
  })

  it.each(['yesterday', '2026-02-30T10:00:00Z', '1:2:3', '-1', `${(partition + 1) % 4}:1`, '999999', '2026-01-01'])(
    'refuses as_of=%s, and says what to send',
    async (wrong) => {
      const answer = await system.call('GET', `/v1/threads/${threads['a']}?as_of=${encodeURIComponent(wrong)}`)
      expect(answer.status).toBe(400)
      const problem = (await answer.json()) as Problem
      expect(problem.field).toBe('as_of')
      expect(problem.fix).toBeTruthy()
    },
  )

  it('has a tree of that time', async () => {
    const answer = await get<{ tree: { message_id: string; depth: number }[] }>(
      `/v1/threads/${threads['a']}?tree=true&as_of=${at['a2']}`,
    )
    expect(answer.tree.map(({ message_id, depth }) => [message_id, depth])).toEqual([
      ['<a@a.example>', 0],
      ['<a2@a.example>', 1],
    ])
  })

  it('is a timeline of decisions, each with who or what caused it, and why', async () => {
    const { history } = await get<{ history: Entry[] }>(`/v1/threads/${threads['a']}/history?limit=100`)
    const types = history.map(({ type }) => type)
    expect(types.slice(0, 2)).toEqual(['ThreadStarted', 'MessageThreaded'])
    expect(types).toEqual(expect.arrayContaining(['ThreadsMerged', 'MergeUndone', 'ThreadSplit', 'MessageMoved']))
    const merged = history.find(({ type }) => type === 'ThreadsMerged')
    expect(merged?.by).toMatchObject({
      kind: 'command',
      command: 'MergeThreads',
      actor: expect.stringMatching(/^key_/) as unknown,
    })
    expect(merged?.words[0]).toContain('Somebody decided')
    const reply = history.find(({ message_id, type }) => message_id === messages['a2'] && type === 'MessageThreaded')
    expect(reply).toMatchObject({
      rule: 'link',
      by: { kind: 'input', input: expect.stringMatching(/^MAIL-/) as unknown },
    })
    expect(reply?.words.join(' ')).toContain('In-Reply-To says a@a.example')
    expect(history.every(({ words }) => words.length > 0)).toBe(true)
  })

  it('is walked page by page without a gap', async () => {
    const all = (await get<{ history: Entry[] }>(`/v1/threads/${threads['a']}/history?limit=100`)).history
    const walked: Entry[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const next = cursor === '' ? '' : `&cursor=${cursor}`
      const page: { history: Entry[]; next_cursor: string | null } = await get(
        `/v1/threads/${threads['a']}/history?limit=3${next}`,
      )
      walked.push(...page.history)
      cursor = page.next_cursor
    }
    expect(walked).toEqual(all)
  })

  it('shows a key for one inbox no more than that inbox had', async () => {
    const made = await system.call('POST', '/v1/api-keys', { name: 'sales', scopes: ['read'], inboxes: ['inb_sales'] })
    const { key } = (await made.json()) as { key: string }
    const read = async <T>(path: string): Promise<T> =>
      (await (await system.call('GET', path, undefined, { authorization: `Bearer ${key}` })).json()) as T
    const merged = await read<Then>(`/v1/threads/${threads['b']}?as_of=${at['merged']}`)
    expect(merged.messages.map(({ id }) => id)).toEqual([messages['b2']])
    const { history } = await read<{ history: Entry[] }>(`/v1/threads/${threads['b']}/history`)
    const named = new Set(history.flatMap(({ message_id }) => message_id ?? []))
    expect([...named]).toEqual([messages['b2']])
    expect(await read<Problem>(`/v1/threads/${threads['a']}/history`)).toMatchObject({
      type: 'urn:skein:problem:not-found',
    })
  })

  it('is shown by the command line, too', async () => {
    const { out } = await skein(system, 'thread-history', threads['a'] ?? '')
    expect(out).toContain('ThreadsMerged')
    expect(out).toContain('MergeThreads')
    const past = await skein(system, 'thread-history', threads['b'] ?? '', '--as-of', String(at['merged']))
    expect(past.out).toContain('was merged into it')
    const lines = (await skein(system, 'thread-history', threads['a'] ?? '', '--json')).out.trim().split('\n')
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ type: 'ThreadStarted' })
  })

  it('keeps the place of a mail whose content was erased', async () => {
    await skein(system, 'ops', 'erase', '--message', messages['b2'] ?? '')
    const past = await then('b', at['b2'] ?? 0)
    expect(past.messages.find(({ id }) => id === messages['b2'])).toMatchObject({
      is_erased: true,
      subject: '',
      from: [],
    })
    const answer = await system.call('GET', `/v1/threads/${threads['b']}/history?limit=100`)
    expect(await answer.text()).not.toContain('b2.')
  })

  it('keeps the places of mail that moved together with one that was erased', async () => {
    for (const id of ['c', 'd']) await mail(id, `Of ${id}`)
    for (const id of ['c2', 'c3']) await mail(id, 'Re: Of c', 'c')
    const moved = [messages['c2'], messages['c3']]
    const head = { id: 'move-two', space: 'spc_demo', actor: 'key_test' }
    await log.command(partition, 'MoveMessages', { ...head, messages: moved, to: threads['d'] })
    await get(`/v1/threads?wait_for=${partition}:${await log.endOfEvents(partition)}`)
    expect(await idsThen('c', 'c3')).toEqual(['c', 'c2', 'c3'])
    await skein(system, 'ops', 'erase', '--message', messages['c2'] ?? '')
    const past = await then('c', at['c3'] ?? 0)
    expect(past.messages.map(({ is_erased }) => is_erased)).toEqual([false, true, false])
  })
})
