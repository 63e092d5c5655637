import { eventSubject, type SkeinEvent } from '@skein/events'
import { healthOf } from '@skein/http'
import { eventMessage } from '@skein/log'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mail, space, startPartition, type Partition } from '../test/partition.js'
import { startThreader } from './start.js'

/** An event as a release to come would write it. */
const publishNewer = async (partition: Partition): Promise<number> => {
  const { headers, body } = eventMessage((await partition.allEvents()).at(-1) as SkeinEvent)
  headers.set('ce-type', 'skein.ThreadDreamt')
  return (await partition.log.js.publish(eventSubject(0, space, 'ThreadDreamt'), body, { headers })).seq
}

describe('a threader that is older than the log', () => {
  let partition: Partition

  beforeEach(async () => {
    partition = await startPartition()
    const writer = partition.newWriter()
    await writer.open()
    await writer.write([await partition.accept(mail('one'))])
  })
  afterEach(() => partition?.stop())

  it('opens no partition with an event that it cannot read, where that is not in the index yet', async () => {
    const sequence = await publishNewer(partition)
    await expect(partition.newWriter().open()).rejects.toThrow(`${sequence}: unknown event type "ThreadDreamt"`)
  })

  it('decides nothing there, and its health says what to do', async () => {
    await publishNewer(partition)
    const threader = await startThreader({
      log: partition.logOptions,
      databaseUrl: partition.databaseUrl,
      http: { host: '127.0.0.1', port: 0 },
      holder: 'old',
    })
    try {
      const { position } = await partition.accept(mail('two', 'one'))
      expect(position.sequence).toBeGreaterThan(0)
      await expect.poll(async () => (await healthOf(threader.checks)).state, { timeout: 10_000 }).toBe('red')
      const { checks } = await healthOf(threader.checks)
      expect(checks['threader']?.detail).toContain('partition 0 is not opened')
      expect(checks['threader']?.detail).toContain('ThreadDreamt')
      expect(checks['threader']?.detail).toContain('run that release')
      expect(await partition.log.endOfEvents(0)).toBe(3)
    } finally {
      await threader.stop()
    }
  })
})
