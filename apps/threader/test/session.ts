import type { ComposedRecord, DeliveryRecord, MessageId, StoredEvent, ThreadId } from '@skein/events'
import type { Answer } from '@skein/log'
import { readCommand, type CommandName } from '../src/commands.js'
import type { PartitionWriter } from '../src/partition-writer.js'
import { mail, space, type Partition } from './partition.js'

let sessions = 0

/** One test's work with a partition that others use too: ids of its own, a writer, and the events since it began. */
export class Session {
  private readonly own: number = ++sessions
  private commands = 0

  private constructor(
    private readonly partition: Partition,
    public writer: PartitionWriter,
    /** The last event before this session. */
    readonly before: number,
  ) {}

  static async open(partition: Partition): Promise<Session> {
    const before = await partition.log.endOfEvents(0)
    const session = new Session(partition, partition.newWriter(), before)
    await session.writer.open()
    return session
  }

  /** Another writer of the partition takes over. */
  async restart(): Promise<void> {
    this.writer = this.partition.newWriter()
    await this.writer.open()
  }

  id(name: string): string {
    return `${name}-${this.own}`
  }
  mail(name: string, answers?: string, lines: string[] = []): Uint8Array {
    return mail(this.id(name), answers === undefined ? undefined : this.id(answers), 'Topic', lines)
  }
  compose(name: string, over: Partial<ComposedRecord['outgoing']> = {}, answers?: string) {
    return this.partition.compose(this.mail(name, answers), over)
  }
  async receive(name: string, answers?: string): Promise<MessageId> {
    const input = await this.partition.accept(this.mail(name, answers))
    await this.writer.write([input])
    return input.record.message
  }
  /** Receives a mail that answers nothing, and so starts a thread. */
  async start(name: string): Promise<ThreadId> {
    return `thr_${(await this.receive(name)).slice('msg_'.length)}` as ThreadId
  }
  async queue(name: string, over: Partial<ComposedRecord['outgoing']> = {}): Promise<MessageId> {
    const input = await this.compose(name, over)
    await this.writer.write([input])
    return input.record.message
  }
  async note(message: MessageId, attempt: number, outcome: DeliveryRecord['outcome'], wireId?: string): Promise<void> {
    await this.writer.write([await this.partition.noteDelivery(message, attempt, outcome, wireId ?? null)])
  }

  command(name: CommandName, payload: object, by = this.writer): Promise<Answer> {
    const id = `s${this.own}-${this.commands++}`
    const read = readCommand(name, { id, space, actor: 'key_test', ...payload })
    if (!('command' in read)) throw new Error(read.detail)
    return by.carryOut(read.command)
  }
  begin(message: MessageId, attempt: number): Promise<Answer> {
    return this.command('BeginSend', { message, attempt })
  }

  async events(): Promise<StoredEvent[]> {
    return (await this.partition.allEvents()).filter(({ sequence }) => sequence > this.before)
  }
  /** Types of the events, but of those that say where a mail was put. */
  async types(): Promise<string[]> {
    const types = (await this.events()).map(({ type }) => type)
    return types.filter((type) => type !== 'ThreadStarted' && type !== 'MessageThreaded')
  }
}
