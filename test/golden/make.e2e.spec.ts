import { existsSync, writeFileSync } from 'node:fs'
import { eventTypes, mailStream, partitionOf, type MessageId, type SpaceId, type ThreadId } from '@skein/events'
import { openLog, readStream, type Log } from '@skein/log'
import { describe, expect, it } from 'vitest'
import { startSystem, type System } from '../system/system.js'

/*
 * Makes a golden log: what a release writes, by a running system, with an event of every type. Run once when a stored shape has
 * changed, and commit the file:
 *   SKEIN_GOLDEN=2 npm run test:e2e -- test/golden/make.e2e.spec.ts
 */
const number = process.env['SKEIN_GOLDEN']

const LATER = new Date(Date.now() + 30 * 24 * 3_600_000).toISOString()
const space = 'spc_demo' as SpaceId
const partition = partitionOf(space, 4)

interface Placed {
  message: MessageId
  thread: ThreadId
}

class Story {
  private commands = 0

  constructor(
    readonly system: System,
    readonly log: Log,
  ) {}

  async mail(id: string, lines: string[], inbox = 'inb_support', body = `Words of ${id}.`): Promise<Placed> {
    const from = lines.some((line) => line.startsWith('From:')) ? [] : ['From: Ann <ann@there.example>']
    const head = [...from, 'To: support@skein.example', `Message-ID: <${id}@there.example>`, ...lines]
    const answer = await this.system.mail([...head, '', body, ''].join('\r\n'), inbox)
    const { message_id, sequence } = (await answer.json()) as { message_id: MessageId; sequence: string }
    return { message: message_id, thread: await this.threadOf(message_id, sequence) }
  }

  async threadOf(message: string, waitFor: string): Promise<ThreadId> {
    const answer = await this.system.call('GET', `/v1/messages/${message}?wait_for=${waitFor}`)
    return ((await answer.json()) as { thread_id: ThreadId }).thread_id
  }

  async call(method: string, path: string, body: unknown): Promise<Record<string, string>> {
    const answer = await this.system.call(method, path, body)
    const said = (await answer.json()) as Record<string, string>
    if (!answer.ok) throw new Error(`${method} ${path}: ${JSON.stringify(said)}`)
    if (said['wait_for'] !== undefined) await this.system.call('GET', `/v1/threads?wait_for=${said['wait_for']}`)
    return said
  }

  /** A mail of ours that does not leave before somebody says so. */
  async later(text: string): Promise<MessageId> {
    const body = { to: 'bob@else.example', subject: text, text, send_at: LATER }
    const sent = await this.call('POST', '/v1/inboxes/inb_support/send', body)
    await this.threadOf(sent['message_id'] ?? '', sent['sequence'] ?? '')
    return sent['message_id'] as MessageId
  }

  async command(name: string, payload: object): Promise<void> {
    await this.log.command(partition, name, { id: `golden-${++this.commands}`, space, actor: 'key_golden', ...payload })
  }

  async outcome(message: MessageId, what: object): Promise<void> {
    const record = { v: 1, message, space, attempt: 1, at: '2026-03-01T10:00:00.000Z', ...what }
    const { stream, sequence } = await this.log.noteDelivery(record as Parameters<Log['noteDelivery']>[0])
    await this.system.call('GET', `/v1/threads?wait_for=${stream}:${sequence}`)
  }
}

const tellThreads = async (story: Story): Promise<void> => {
  const apples = await story.mail('apples', ['Subject: Apples'])
  await story.mail('apples', ['Subject: Apples'], 'inb_sales')
  await story.mail('apples2', ['Subject: Green apples', 'In-Reply-To: <apples@there.example>'])
  const pears = await story.mail('pears', ['Subject: Pears', 'From: =?utf-8?Q?B=C3=B6?= <boe@else.example>'])
  await story.call('POST', `/v1/threads/${apples.thread}/merge`, { with: [pears.thread] })
  await story.call('POST', `/v1/threads/${pears.thread}/undo`, {})
  const more = await story.mail('apples3', ['Subject: Re: Apples', 'In-Reply-To: <apples2@there.example>'])
  const most = await story.mail('apples4', ['Subject: Re: Apples', 'In-Reply-To: <apples3@there.example>'])
  await story.call('POST', `/v1/threads/${apples.thread}/split`, { messages: [more.message, most.message] })
  await story.call('POST', `/v1/messages/${more.message}/move`, { thread: pears.thread })
  await story.mail(
    'apples',
    ['Subject: Another', 'Date: Mon, 2 Mar 2026 10:00:00 +0000'],
    'inb_support',
    'Not the same.',
  )
  for (const n of [1, 2, 3])
    await story.mail(`anchored${n}`, [`Subject: Re: Topic ${n}`, 'In-Reply-To: <software@anchor.example>'])
  await story.command('EraseMessage', { message: most.message })
}

const tellOffers = async (story: Story): Promise<void> => {
  const asked = await story.mail('asked', ['Subject: Delivery of order 4711'])
  for (const [n, verb] of ['accept', 'refuse'].entries()) {
    const guess = await story.mail(`guess${n}`, ['Subject: Re: Delivery of order 4711'])
    await story.call('POST', `/v1/messages/${guess.message}/${verb}`, { thread: asked.thread })
  }
  await story.mail('stranger', [
    'From: eve@forged.example',
    'Subject: Re: Delivery of order 4711',
    'In-Reply-To: <asked@there.example>',
    'Authentication-Results: mx.skein.example; dmarc=fail header.from=forged.example',
  ])
}

const tellCare = async (story: Story): Promise<void> => {
  const { thread } = await story.mail('care', ['Subject: Please look'])
  const patches = [
    { is_read: true },
    { is_read: false },
    { labels: { add: ['urgent'], remove: [] } },
    { claim: { for: 3_600 } },
    { claim: null },
    { handled: true },
    { handled: false },
  ]
  for (const patch of patches) await story.call('PATCH', `/v1/threads/${thread}`, patch)
}

const tellSending = async (story: Story): Promise<void> => {
  const [deferred, failed, unknown, sent] = [
    await story.later('Deferred'),
    await story.later('Failed'),
    await story.later('Unknown'),
    await story.later('Sent'),
  ]
  await story.outcome(deferred, { outcome: 'deferred', reason: '451 4.7.1 come again', nextAt: LATER })
  await story.command('CancelSend', { message: deferred, reason: 'not after all' })
  await story.outcome(failed, { outcome: 'failed', reason: '550 5.7.1 no', refused: [] })
  await story.command('RetrySend', { message: failed, reason: 'they mended it' })
  await story.command('BeginSend', { message: unknown, attempt: 1 })
  await story.outcome(unknown, { outcome: 'unknown', reason: 'no answer after the final dot' })
  await story.command('SettleSend', { message: unknown, as: 'sent', reason: 'it is in their mailbox' })
  await story.command('BeginSend', { message: sent, attempt: 1 })
  const refused = [{ address: 'nobody@else.example', response: '550 5.1.1 no such user' }]
  await story.outcome(sent, { outcome: 'sent', response: '250 2.0.0 taken', refused, wireId: '0100@provider.example' })
  await story.mail('report', [
    'From: MAILER-DAEMON@provider.example',
    'Subject: Undelivered Mail Returned to Sender',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    ['--b', '', 'Sorry.', '--b', 'Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; mx', ''].join(
      '\r\n',
    ),
    ['Final-Recipient: rfc822; bob@else.example', 'Action: failed', 'Status: 5.1.1', ''].join('\r\n'),
    ['--b', 'Content-Type: text/rfc822-headers', '', 'Message-ID: <0100@provider.example>', '', '--b--'].join('\r\n'),
  ])
}

/** Other rules for a thread; and what comes to light so rarely that it is written by hand. */
const tellRules = async (story: Story): Promise<void> => {
  const { message, thread } = await story.mail('rules', ['Subject: Rules'])
  const keys = { owned: ['id:other@there.example'], named: [], mentioned: [], waiting: [], sameSubject: [] }
  await story.command('Regroup', {
    application: 'golden',
    rules: { thread, rules: 'skein', policies: {}, before: { rules: 'openmail', policies: {} } },
    rekeyed: [{ message, keys, baseSubject: 'rules' }],
    gatherings: [],
  })
  await story.log.appendEvents(partition, await story.log.endOfEvents(partition), [
    {
      id: 'golden.1',
      time: '2026-03-01T10:00:00.000Z',
      space,
      cause: { kind: 'input', stream: mailStream(partition), sequence: 2 },
      type: 'MentionsReplaced',
      thread,
      data: { message, mentions: [{ key: 'id:ghost@there.example', baseSubject: 'rules', by: null }] },
    },
  ])
}

describe('a golden log', () => {
  it.skipIf(number === undefined)('is made where SKEIN_GOLDEN says its number', { timeout: 120_000 }, async () => {
    const file = new URL(`./log-${number}.jsonl`, import.meta.url)
    if (existsSync(file)) throw new Error(`${file.pathname} is there, and never changes: take the next number`)
    const system = await startSystem()
    const log = await openLog({ url: system.natsUrl, monitorUrl: system.monitorUrl, name: 'test', partitions: 4 })
    try {
      await log.directory.change('space', space, (now) => ({ ...now, policies: { anchor_limit: '2' } }))
      const story = new Story(system, log)
      for (const tell of [tellThreads, tellOffers, tellCare, tellSending, tellRules]) await tell(story)
      await system.stopServices()
      const jsm = await log.js.jetstreamManager()
      const lines: string[] = []
      for (const stream of ['MAIL', 'EVENTS'])
        for await (const records of readStream(jsm, `${stream}-${partition}`, 0))
          for (const { sequence, subject, headers, data } of records)
            if (!subject.endsWith('.raw'))
              lines.push(
                JSON.stringify({
                  stream: `${stream}-${partition}`,
                  sequence,
                  subject,
                  headers,
                  body: Buffer.from(data).toString('utf8'),
                }),
              )
      const missing = Object.keys(eventTypes).filter((type) => !lines.some((line) => line.includes(`"skein.${type}"`)))
      writeFileSync(file, `${lines.join('\n')}\n`)
      expect(missing).toEqual([])
    } finally {
      await log.close()
      await system.stop()
    }
  })
})
