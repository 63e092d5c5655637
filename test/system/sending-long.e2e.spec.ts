import { threadIndexDistance } from '@skein/mail'
import nodemailer from 'nodemailer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRelay } from './mail-relay.js'
import { headerOf, startOutgoing, type Outgoing, type Sent, type Thread } from './outgoing.js'

describe('mail that is large, and a conversation that is long', () => {
  let out: Outgoing
  beforeAll(async () => {
    out = await startOutgoing()
  })
  afterAll(() => out?.stop())

  it('20 MB go along, as base64 in JSON and as a file of a form', async () => {
    const octets = Buffer.alloc(14 * 1024 * 1024, 'skein ')
    const attachment = { filename: 'large.bin', content_type: 'application/octet-stream' }
    const sent = await out.send('/v1/inboxes/inb_team/send', {
      to: 'gil@there.example',
      subject: 'Large',
      text: 'x',
      attachments: [{ ...attachment, content: octets.toString('base64') }],
    })
    const form = new FormData()
    form.set('message', JSON.stringify({ to: 'gil@there.example', subject: 'Large again', text: 'x' }))
    form.append('files', new Blob([octets], { type: attachment.content_type }), attachment.filename)
    const answer = await fetch(new URL('/v1/inboxes/inb_team/send', out.system.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${out.system.key}` },
      body: form,
    })
    expect(answer.status).toBe(202)
    for (const one of [sent, (await answer.json()) as Sent]) {
      await out.shown(one)
      const file = await out.system.call('GET', `/v1/messages/${one.message_id}/attachments/1`)
      expect(Buffer.from(await file.arrayBuffer()).equals(octets)).toBe(true)
    }
    const over = {
      to: 'x@there.example',
      attachments: [{ content: Buffer.alloc(26 * 1024 * 1024).toString('base64') }],
    }
    expect((await out.refusal('/v1/inboxes/inb_team/send', over)).status).toBe(413)
  }, 60_000)

  it('two inboxes hold a conversation of 30 messages, one through the API, one by a mailer that sets In-Reply-To alone', async () => {
    const post = async <T>(path: string, body: unknown): Promise<T> => {
      const answer = await out.system.call('POST', path, body)
      if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
      return (await answer.json()) as T
    }
    const { id: space } = await post<{ id: string }>('/v1/spaces', { name: 'The other side' })
    const { id: other } = await post<{ id: string }>('/v1/inboxes', {
      name: 'Hal',
      address: 'hal@other.example',
      space,
    })
    const far = await startRelay(
      out.system,
      new Map([
        ['hal@other.example', other],
        ['team@skein.example', 'inb_team'],
      ]),
    )
    try {
      await out.sendsBy('inb_team', { name: 'Far', port: far.port })
      const mailer = nodemailer.createTransport({ host: '127.0.0.1', port: far.port, secure: false, ignoreTLS: true })
      const wire = async (id: string): Promise<string> => {
        const find = () => far.mails.find(({ raw }) => raw.includes(`Message-ID: ${id}`))?.raw
        await expect.poll(find, { timeout: 20_000, interval: 20 }).toBeDefined()
        return find() ?? ''
      }
      const of = async (inbox: string): Promise<Thread[]> =>
        (await out.json<{ threads: Thread[] }>(`/v1/inboxes/${inbox}/threads?limit=100`)).threads.filter(
          ({ subject }) => subject === 'Thirty' || subject === 'Re: Thirty',
        )
      const first = await out.send('/v1/inboxes/inb_team/send', {
        to: 'Hal <hal@other.example>',
        subject: 'Thirty',
        text: '0',
      })
      let last = await wire(first.message_id_header)
      const indexes = [headerOf(last, 'Thread-Index')]
      for (let n = 1; n < 30; n += 2) {
        const replyTo = /<?([^\s<>]+@skein\.example)>?$/.exec(headerOf(last, 'Reply-To'))?.[1] ?? ''
        const messageId = `<hal.${n}@other.example>`
        await mailer.sendMail({
          from: 'Hal <hal@other.example>',
          to: replyTo,
          subject: 'Re: Thirty',
          text: `${n}`,
          messageId,
          inReplyTo: headerOf(last, 'Message-ID'),
        })
        await expect
          .poll(async () => (await of('inb_team'))[0]?.message_count, { timeout: 10_000, interval: 20 })
          .toBe(n + 1)
        if (n === 29) break
        const [thread] = await of('inb_team')
        const answer = await out.send(`/v1/threads/${thread!.id}/reply`, { text: `${n + 1}` })
        last = await wire(answer.message_id_header)
        indexes.push(headerOf(last, 'Thread-Index'))
        expect(headerOf(last, 'In-Reply-To')).toBe(messageId)
        expect(headerOf(last, 'References').split(' ').length).toBeLessThanOrEqual(20)
      }
      expect((await of('inb_team')).map(({ message_count }) => message_count)).toEqual([30])
      await expect.poll(async () => (await of(other)).length, { timeout: 10_000 }).toBe(1)
      expect(indexes).toHaveLength(15)
      const steps = indexes.slice(1).map((index, n) => threadIndexDistance(indexes[n] ?? '', index))
      expect(steps).toEqual(steps.map(() => 1))
    } finally {
      await far.stop()
    }
  }, 120_000)
})
