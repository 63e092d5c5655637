import type { ComposedRecord, MessageId, SpaceId } from '@skein/events'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startPartition, type Partition } from '../test/partition.js'
import { Session } from '../test/session.js'

describe('of a mail of ours', () => {
  let partition: Partition
  let session: Session

  beforeAll(async () => {
    partition = await startPartition()
  })
  afterAll(async () => {
    await partition?.stop()
  })
  beforeEach(async () => {
    session = await Session.open(partition)
  })

  describe('what came of an attempt', () => {
    it('is told once, however often it is stored', async () => {
      const message = await session.queue('sent')
      await session.begin(message, 1)
      await session.note(message, 1, 'sent')
      await session.note(message, 1, 'sent')
      await session.note(message, 1, 'unknown')
      await session.restart()
      await session.note(message, 1, 'sent')
      expect(await session.types()).toEqual(['MessageQueued', 'SendStarted', 'MessageSent'])
    })

    it('is nothing where nobody here wrote such a mail', async () => {
      const message = await session.receive('theirs')
      await session.note(message, 1, 'sent')
      await session.note('msg_nowhere' as MessageId, 1, 'sent')
      expect(await session.types()).toEqual([])
    })

    it('tells the id that a server gave the mail, and an answer to that id joins', async () => {
      const message = await session.queue('ours')
      await session.begin(message, 1)
      await session.note(message, 1, 'sent', `${session.id('wire')}@a.example`)
      await session.note(message, 1, 'sent', `${session.id('wire')}@a.example`)
      await session.receive('answer', 'wire')
      expect(await session.types()).toEqual(['MessageQueued', 'SendStarted', 'MessageSent', 'WireIdLearned'])
      expect(new Set((await session.events()).map(({ thread }) => thread)).size).toBe(1)
    })

    it('tells of no other id where the server kept ours', async () => {
      const message = await session.queue('ours')
      await session.begin(message, 1)
      await session.note(message, 1, 'sent', `${session.id('ours')}@a.example`)
      expect(await session.types()).toEqual(['MessageQueued', 'SendStarted', 'MessageSent'])
    })
  })

  describe('a report', () => {
    const report = (id: string, about: string, action = 'failed', lines: string[] = []) =>
      Buffer.from(
        [
          'From: mailer-daemon@b.example',
          ...lines,
          `Message-ID: <${session.id(id)}@b.example>`,
          'Content-Type: multipart/report; report-type=delivery-status; boundary=x',
          'Subject: Delivery',
          '',
          '--x',
          'Content-Type: message/delivery-status',
          '',
          'Reporting-MTA: dns; b.example',
          '',
          'Final-Recipient: rfc822; b@b.example',
          `Action: ${action}`,
          'Status: 5.1.1',
          '',
          '--x',
          'Content-Type: text/rfc822-headers',
          '',
          `Message-ID: <${about}>`,
          '',
          '--x--',
          '',
        ].join('\r\n'),
      )
    const receiveReport = async (id: string, about: string, action?: string) =>
      session.writer.write([await partition.accept(report(id, about, action))])
    const sent = async (id: string): Promise<MessageId> => {
      const message = await session.queue(id)
      await session.begin(message, 1)
      await session.note(message, 1, 'sent', `${session.id(id)}@wire.example`)
      return message
    }

    it.each([
      ['by our Message-ID', (id: string) => `${id}@a.example`],
      ['by the id that a server gave it', (id: string) => `${id}@wire.example`],
    ])('marks the mail that it is about, once: %s', async (_, about) => {
      const message = await sent('ours')
      await receiveReport('report', about(session.id('ours')))
      await receiveReport('report', about(session.id('ours')))
      expect((await session.types()).filter((type) => type === 'MessageBounced')).toHaveLength(1)
      const bounced = (await session.events()).find(({ type }) => type === 'MessageBounced')
      expect(bounced?.data).toMatchObject({ message, status: '5.1.1', recipients: ['b@b.example'] })
    })

    it('that the mail is late, or arrived, marks nothing', async () => {
      await sent('ours')
      await receiveReport('late', `${session.id('ours')}@a.example`, 'delayed')
      await receiveReport('there', `${session.id('ours')}@a.example`, 'delivered')
      expect(await session.types()).not.toContain('MessageBounced')
    })

    it('that fails authentication is not believed', async () => {
      await sent('ours')
      const forged = report('forged', `${session.id('ours')}@a.example`, 'failed', [
        'Authentication-Results: mx.a.example; dmarc=fail',
      ])
      await session.writer.write([await partition.accept(forged)])
      expect(await session.types()).toContain('JoinQuarantined')
      expect(await session.types()).not.toContain('MessageBounced')
    })

    it('about mail that is not ours marks nothing', async () => {
      await session.receive('theirs')
      await receiveReport('report', `${session.id('theirs')}@a.example`)
      expect(await session.types()).toEqual([])
    })

    it('finds the mail under rules that look at the subject beside the id', async () => {
      const ofSpace = 'spc_byjmap' as SpaceId
      const account = 'acc_a' as ComposedRecord['account']
      await partition.log.directory.put('space', { id: ofSpace, account, name: 'jmap', rules: 'jmap', policies: {} })
      const composed = await partition.compose(session.mail('ours'), {}, undefined, ofSpace)
      await session.writer.write([composed])
      await session.command('BeginSend', { message: composed.record.message, attempt: 1, space: ofSpace })
      await session.writer.write([await partition.accept(report('report', `${session.id('ours')}@a.example`), ofSpace)])
      expect(await session.types()).toEqual(['MessageQueued', 'SendStarted', 'MessageBounced'])
    })
  })
})
