import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BreakingSmtpServer, type ServerPlan } from '../faults/breaking-smtp-server.ts'
import { headerOf, mailFrom, startOutgoing, type Message, type Outgoing, type Sent, type Thread } from './outgoing.js'

/** A provider's server that does what its plan says at the time. */
const plan: { answer?: (line: string) => string | undefined; thinks: number } = { thinks: 0 }
const fates: Record<string, [pattern: RegExp, answer: string]> = {
  later: [/^RCPT TO:<later@/, '451 4.2.0 not now'],
  never: [/^RCPT TO:<never@/, '550 5.1.1 no such user'],
}

describe('mail on its way', () => {
  let out: Outgoing
  let provider: BreakingSmtpServer
  let breaking: BreakingSmtpServer

  /** Sales sends by the provider, team by a server that is lost after the mail, support by the relay. */
  beforeAll(async () => {
    const answer = (line: string) =>
      plan.answer?.(line) ?? Object.values(fates).find(([pattern]) => pattern.test(line))?.[1]
    const steered: ServerPlan = {
      answer,
      get thinks() {
        return plan.thinks
      },
    }
    out = await startOutgoing({ retryBaseMs: 400 })
    provider = await BreakingSmtpServer.start(steered)
    breaking = await BreakingSmtpServer.start({ breaks: { at: 'dot', by: 'rst', times: 3 } })
    await out.sendsBy('inb_sales', { name: 'Provider', port: provider.port, rewrites_message_id: true })
    await out.sendsBy('inb_team', { name: 'Breaking', port: breaking.port })
  })
  afterAll(async () => {
    await out?.stop()
    await provider?.stop()
    await breaking?.stop()
  })

  const write = (inbox: string, to: string, more: object = {}): Promise<Sent> =>
    out.send(`/v1/inboxes/${inbox}/send`, { to: `${to}@there.example`, subject: `To ${to}`, text: 'x', ...more })
  const say = async (message: string, verb: string, body: object = {}) => {
    const answer = await out.system.call('POST', `/v1/messages/${message}/${verb}`, body)
    const said = (await answer.json()) as { type?: string; events?: { type: string }[]; wait_for?: string }
    return { status: answer.status, ...said }
  }
  const listed = async (state: string, inbox: string): Promise<string[]> => {
    const list = await out.json<{ messages: { message_id: string }[] }>(`/v1/outbox?state=${state}&inbox=${inbox}`)
    return list.messages.map(({ message_id }) => message_id)
  }
  const at = (server: BreakingSmtpServer, { message_id_header: id }: Sent): number =>
    server.taken.filter(({ raw }) => raw.includes(`Message-ID: ${id}`)).length

  describe('is told by its state', () => {
    it('waits for its time, is listed, and can be called back', async () => {
      const later = new Date(Date.now() + 3_600_000).toISOString()
      const sent = await write('inb_sales', 'fay', { send_at: later })
      await out.shown(sent)
      expect(await listed('queued', 'inb_sales')).toEqual([sent.message_id])
      expect(await say(sent.message_id, 'settle', { as: 'sent' })).toMatchObject({ status: 409 })
      expect(await say(sent.message_id, 'cancel', { reason: 'not yet' })).toMatchObject({
        ...{ status: 200, events: [{ type: 'SendCancelled' }] },
      })
      await out.becomes(sent.message_id, 'cancelled')
      expect(await listed('cancelled', 'inb_sales')).toEqual([sent.message_id])
      expect(await say(sent.message_id, 'resend')).toMatchObject({ status: 409 })
      expect(at(provider, sent)).toBe(0)
    })

    it('is sending while the server thinks, and can no longer be called back', async () => {
      plan.thinks = 1_000
      const sent = await write('inb_sales', 'gil')
      await out.becomes(sent.message_id, 'sending')
      expect(await say(sent.message_id, 'cancel')).toMatchObject({ status: 409, type: 'urn:skein:problem:too-late' })
      await out.becomes(sent.message_id, 'sent')
      plan.thinks = 0
    })

    it('is deferred with the time of the next try, and leaves when the server wants it', async () => {
      const sent = await write('inb_sales', 'later')
      await out.becomes(sent.message_id, 'deferred')
      const { delivery } = await out.json<Message>(`/v1/messages/${sent.message_id}`)
      expect(Date.parse(delivery?.next_try_at ?? '')).toBeGreaterThan(Date.now() - 60_000)
      delete fates['later']
      await out.becomes(sent.message_id, 'sent')
      expect(at(provider, sent)).toBe(1)
    })

    it('fails where nobody will ever take it, and a person may send it again', async () => {
      const sent = await write('inb_sales', 'never')
      await out.becomes(sent.message_id, 'failed')
      delete fates['never']
      expect(await say(sent.message_id, 'resend', { reason: 'the box is back' })).toMatchObject({ status: 200 })
      await out.becomes(sent.message_id, 'sent')
      expect(at(provider, sent)).toBe(1)
    })

    it('is unknown where the answer to its end is lost; a person decides, and sees it until then', async () => {
      const [kept, again] = [await write('inb_team', 'kept'), await write('inb_team', 'again')]
      for (const one of [kept, again]) await out.becomes(one.message_id, 'unknown')
      expect((await listed('unknown', 'inb_team')).sort()).toEqual([kept.message_id, again.message_id].sort())
      expect(await say(kept.message_id, 'settle', { as: 'sent', reason: 'they have it' })).toMatchObject({
        status: 200,
      })
      await out.becomes(kept.message_id, 'sent')
      const retried = mailFromTeam()
      await out.becomes((await retried).message_id, 'sent')
      expect(await say(again.message_id, 'resend')).toMatchObject({ status: 200, events: [{ type: 'SendRetried' }] })
      await out.becomes(again.message_id, 'sent')
      expect(await listed('unknown', 'inb_team')).toEqual([])
      expect([at(breaking, kept), at(breaking, again), at(breaking, await retried)]).toEqual([1, 2, 2])
    })
    /** The third connection is the last one that breaks. */
    const mailFromTeam = (): Promise<Sent> => write('inb_team', 'retried', { on_unknown: 'retry' })

    const report = (original: string, action: string): string =>
      [
        ...[
          'From: MAILER-DAEMON@there.example',
          'To: support@skein.example',
          `Message-ID: <${action}.1@there.example>`,
        ],
        ...['Date: Mon, 02 Mar 2026 12:00:00 +0000', `Subject: Your mail: ${action}`, 'MIME-Version: 1.0'],
        ...['Content-Type: multipart/report; report-type=delivery-status; boundary=b', '', '--b', '', 'Sorry.', '--b'],
        ...['Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; mx.there.example', ''],
        ...['Final-Recipient: rfc822; ida@there.example', `Action: ${action}`, 'Status: 5.1.1', '', '--b'],
        ...['Content-Type: text/rfc822-headers', '', `Message-ID: ${original}`, '', '--b--', ''],
      ].join('\r\n')

    it('has bounced when a report says so, and not when a report says that it takes longer', async () => {
      const sent = await write('inb_support', 'ida')
      await out.becomes(sent.message_id, 'sent')
      const delayed = await out.arrived(report(sent.message_id_header, 'delayed'))
      expect((await out.json<Message>(`/v1/messages/${sent.message_id}`)).delivery).toMatchObject({
        ...{ status: 'sent', bounces: [] },
      })
      const failed = await out.arrived(report(sent.message_id_header, 'failed'))
      const bounced = await out.json<Message>(`/v1/messages/${sent.message_id}`)
      expect(bounced.delivery).toMatchObject({
        status: 'bounced',
        bounces: [{ by: failed.message, status: '5.1.1', recipients: ['ida@there.example'] }],
      })
      expect([delayed.thread, failed.thread]).toEqual([bounced.thread_id, bounced.thread_id])
    })
  })

  describe('is known by the ids that its receivers see', () => {
    const answerTo = (name: string, id: string, to: string): string =>
      mailFrom(name, 'Quite another subject', [`To: ${to}@skein.example`, `In-Reply-To: ${id}`])
    const reply = async (thread: string, by: () => Promise<string>): Promise<string[]> => {
      await out.send(`/v1/threads/${thread}/reply`, { text: 'x' })
      const raw = await by()
      return [headerOf(raw, 'In-Reply-To'), headerOf(raw, 'References')]
    }

    it('which the server says when it takes the mail: answers to that id join, and replies name it', async () => {
      plan.answer = (line) => (line === '.' ? '250 2.0.0 OK <provider.4711-0815@mail.example> queued' : undefined)
      const sent = await write('inb_sales', 'joe')
      await out.becomes(sent.message_id, 'sent')
      delete plan.answer
      const wire = '<provider.4711-0815@mail.example>'
      const { thread_id: thread } = await out.json<Message>(`/v1/messages/${sent.message_id}`)
      const last = async (): Promise<string> => {
        const find = () => provider.taken.find(({ raw }) => raw.includes(`In-Reply-To: ${wire}`))?.raw
        await expect.poll(find, { timeout: 10_000, interval: 20 }).toBeDefined()
        return find() ?? ''
      }
      expect(await reply(thread, last)).toEqual([wire, wire])
      expect((await out.arrived(answerTo('joined', wire, 'sales'), 'inb_sales')).thread).toBe(thread)
    })

    it('which a copy that came back has: answers to that id join, and replies name it', async () => {
      const sent = await write('inb_support', 'kim')
      const raw = await out.onTheWire(sent.message_id_header)
      const wire = '<CAF-x_4711@mail.there.example>'
      const copy = raw.replace(
        /^Message-ID: .*\r\n(?:[ \t].*\r\n)*/im,
        `Message-ID: ${wire}\r\nX-Google-Original-Message-ID: ${sent.message_id_header}\r\n`,
      )
      const { thread, message } = await out.arrived(copy)
      const mail = await out.json<Message>(`/v1/messages/${message}`)
      expect([mail.id, mail.thread_id]).toEqual([sent.message_id, thread])
      const last = async (): Promise<string> => {
        const find = () => out.relay.mails.find((one) => one.raw.includes(`In-Reply-To: ${wire}`))?.raw
        await expect.poll(find, { timeout: 10_000, interval: 20 }).toBeDefined()
        return find() ?? ''
      }
      expect(await reply(thread, last)).toEqual([wire, wire])
      expect((await out.arrived(answerTo('copied', wire, 'support'))).thread).toBe(thread)
    })

    it('of which one that somebody has seen stays in References, where others are cut', async () => {
      const ids = Array.from({ length: 26 }, (_, n) => `chain.${n}`)
      let last = { message: '', thread: '' }
      for (const [n, id] of ids.entries()) {
        const chain = ids.slice(0, n).map((one) => `<${one}@there.example>`)
        const dora = n === 3 ? ['Cc: dora@else.example'] : []
        const more = n === 0 ? [] : [`In-Reply-To: ${chain.at(-1)}`, `References: ${chain.join('\r\n ')}`, ...dora]
        last = await out.arrived(mailFrom(id, 'Re: Long', more))
      }
      const sent = await out.send(`/v1/messages/${last.message}/reply`, { text: 'x', cc: ['dora@else.example'] })
      const references = headerOf(await out.onTheWire(sent.message_id_header), 'References').split(' ')
      const named = (from: number, to?: number) => ids.slice(from, to).map((id) => `<${id}@there.example>`)
      expect(references).toEqual([...named(0, 1), ...named(3, 4), ...named(-18)])
    })
  })

  it('has no role of ours, and its reply address is nobody else', async () => {
    const sent = await write('inb_support', 'lou')
    const own = await out.shown(sent)
    expect([own.direction, own.delivery_role]).toEqual(['out', null])
    const replyTo = headerOf(await out.onTheWire(sent.message_id_header), 'Reply-To')
    expect(replyTo).toContain('support+r.')
    const answer = mailFrom('tagged', 'Re: To lou', [`To: ${replyTo}`, `In-Reply-To: ${sent.message_id_header}`])
    const { thread } = await out.arrived(answer)
    expect(thread).toBe(own.thread_id)
    const { participants } = await out.json<Thread>(`/v1/threads/${thread}`)
    expect(participants.map(({ address }) => address).sort()).toEqual([
      'ann@there.example',
      'lou@there.example',
      'support@skein.example',
    ])
  })
})
