import type { AccountId, ReceivedRecord, SpaceId } from '@skein/events'
import { hashOfKey } from '@skein/http'
import { openLog, type Log, type LogOptions } from '@skein/log'
import { testNats, type TestNats } from '@skein/servers'

export const KEY_OF_A = 'sk_of_account_a'
export const KEY_OF_B = 'sk_of_account_b'
export const KEY_OF_SALES = 'sk_of_sales_only'
export const KEY_OF_INSTANCE = 'sk_of_the_operator'

const A = { account: 'acc_a' as AccountId, space: 'spc_a' as SpaceId }
const B = { account: 'acc_b' as AccountId, space: 'spc_b' as SpaceId }

/** A server with inboxes of two accounts, and a log that a spec reads what was stored from. */
export class Instance {
  private constructor(
    readonly nats: TestNats,
    readonly log: Log,
    readonly options: LogOptions,
  ) {}

  static async start(): Promise<Instance> {
    const nats = await testNats()
    const options = { url: nats.natsUrl, monitorUrl: nats.monitorUrl, name: 'test', partitions: 1 }
    const log = await openLog(options)
    await seed(log)
    return new Instance(nats, log, options)
  }

  /** The records at the places that an answer names. */
  async storedAt(answer: string): Promise<ReceivedRecord[]> {
    const sequences = [...answer.matchAll(/MAIL-0:(\d+)/g)].map(([, sequence]) => Number(sequence))
    const records = await this.log.recordsAt(0, sequences)
    return sequences.map((sequence) => records.get(sequence) as ReceivedRecord)
  }

  /** The octets of a mail, one a character. */
  async rawOf(record: ReceivedRecord): Promise<string> {
    return Buffer.from(await this.log.readRaw(record.raw)).toString('latin1')
  }

  async endOfMail(): Promise<number> {
    return (await this.log.streamState('MAIL-0')).last
  }

  async stop(): Promise<void> {
    await this.log.close()
    await this.nats.stop()
  }
}

const seed = async ({ directory }: Log): Promise<void> => {
  const inbox = { ...A, name: 'x', aliases: [] }
  await directory.put('inbox', {
    ...inbox,
    id: 'inb_help',
    address: 'help@skein.example',
    aliases: ['hilfe@bücher.example'],
  })
  await directory.put('inbox', { ...inbox, id: 'inb_sales', address: 'sales@skein.example', plusAddressing: false })
  await directory.put('inbox', {
    ...inbox,
    id: 'inb_all',
    address: 'any@caught.example',
    catchAll: ['caught.example'],
  })
  await directory.put('inbox', { ...B, name: 'b', id: 'inb_other', address: 'b@other.example', aliases: [] })
  const key = (id: string, text: string, account: AccountId, more = {}) =>
    directory.put('key', {
      id: `key_${id}`,
      account,
      name: id,
      hash: hashOfKey(text),
      scopes: ['read', 'write'],
      createdAt: '2026-01-01T00:00:00.000Z',
      ...more,
    })
  await key('a', KEY_OF_A, A.account)
  await key('b', KEY_OF_B, B.account)
  await key('sales', KEY_OF_SALES, A.account, { inboxes: ['inb_sales'] })
  await key('operator', KEY_OF_INSTANCE, B.account, { instance: true })
}
