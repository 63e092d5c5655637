import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream'
import type { Msg } from '@nats-io/transport-node'
import type { CustomTransportStrategy } from '@nestjs/microservices'
import { mailStream, threaderCommandSubject } from '@skein/events'
import { FAILED, type Answer } from './commands.js'
import { followStream, inBatches } from './follow.js'
import type { Lease } from './lease.js'
import type { Log } from './log.js'
import { inputOf, type LogInput } from './log-input.js'
import { backOff, callHandler, LogServer } from './nest-handlers.js'

const MAX_INPUTS = 250
const LEASE_RETRY_MS = 1_000

/** What the handler of `inputs` is given: input records of one partition in the log's order. */
export interface InputBatch {
  partition: number
  inputs: LogInput[]
}

/** The kinds of `skein.mail.<p>.<space>.<kind>` that are inputs; `raw` is what they name. */
const INPUT_KINDS = ['received', 'composed', 'delivery'] as const

/**
 * The patterns that a controller of partitions has to handle; beside them one `command.<Name>` for each command, which gets
 * `{partition, name, payload}` and returns an `Answer`, never at the same time as a batch of the same partition.
 */
export interface PartitionHandlers {
  /** `opened`: read back what the log holds, and say after which sequence of `MAIL-<p>` the inputs are due. */
  opened(opening: { partition: number }): Promise<{ after: number }>
  /** `inputs`: decide these; when it fails the partition is opened again. */
  inputs(batch: InputBatch): Promise<void>
}

/**
 * A Nest transport for the writer of partitions. For each partition that it gets the lease of: `opened`, then the inputs in
 * batches and the commands one at a time, in one line. Whatever fails, the partition is opened again from the log, which knows
 * what was stored; so a lost answer, a stale writer and a crash are one case.
 */
export class PartitionServer extends LogServer implements CustomTransportStrategy {
  private readonly running: Promise<void>[] = []
  private readonly stops = new Set<() => Promise<void>>()
  private readonly owned = new Set<number>()
  private closed = false

  constructor(private readonly options: { log: Log; holder: string }) {
    super()
  }

  /** The partitions that this process writes just now. */
  get partitions(): number[] {
    return [...this.owned].sort((a, b) => a - b)
  }

  listen(callback: () => void): void {
    for (let p = 0; p < this.options.log.partitions; p++) this.running.push(this.hold(p))
    callback()
  }

  private async hold(partition: number): Promise<void> {
    const lease = this.options.log.lease(`threader.${partition}`, this.options.holder)
    for (let failures = 0; !this.closed;) {
      try {
        const tenure = new Tenure(this.options.log, partition, {
          call: (pattern, data) => callHandler(this.handlerOf(pattern), data, undefined),
          knows: (pattern) => this.getHandlerByPattern(pattern) !== null,
        })
        this.stops.add(tenure.stop)
        const taken = await lease.take(() => void tenure.stop())
        if (taken) await this.serve(tenure, partition, () => (failures = 0))
        else await new Promise((resolve) => setTimeout(resolve, LEASE_RETRY_MS))
        this.stops.delete(tenure.stop)
      } catch (error) {
        if (!this.closed) {
          this.logger.error(
            `partition ${partition}: ${error instanceof Error ? error.message : JSON.stringify(error)}; opening it again`,
          )
          await backOff(failures++)
        }
      } finally {
        await release(lease)
      }
    }
  }

  private async serve(tenure: Tenure, partition: number, worked: () => void): Promise<void> {
    this.owned.add(partition)
    try {
      await tenure.serve(worked)
    } finally {
      this.owned.delete(partition)
    }
  }

  /** Lets the batch or command under way finish, and gives the leases back. */
  async close(): Promise<void> {
    this.closed = true
    await Promise.all([...this.stops].map((stop) => stop()))
    await Promise.all(this.running)
  }
}

const release = (lease: Lease): Promise<void> => lease.release().catch(() => undefined)

/** One span of time in which this process writes one partition. */
class Tenure {
  private messages: ConsumerMessages | undefined
  private line: Promise<unknown> = Promise.resolve()
  private stopped = false

  constructor(
    private readonly log: Log,
    private readonly partition: number,
    private readonly handlers: {
      call: (pattern: string, data: unknown) => Promise<unknown>
      knows: (pattern: string) => boolean
    },
  ) {}

  readonly stop = async (): Promise<void> => {
    this.stopped = true
    await this.messages?.close()
  }

  async serve(worked: () => void): Promise<void> {
    const { partition } = this
    const { after } = (await this.handlers.call('opened', { partition })) as { after: number }
    const commands = this.log.connection.subscribe(threaderCommandSubject(partition, '*'), {
      callback: (error, message) => {
        if (error === null) this.command(message)
      },
    })
    const filters = INPUT_KINDS.map((kind) => `skein.mail.${partition}.*.${kind}`)
    this.messages = await followStream(this.log.js, mailStream(partition), after, filters)
    if (this.stopped) await this.messages.close()
    try {
      await inBatches(this.messages, MAX_INPUTS, async (batch) => {
        await this.inLine(async () => this.handlers.call('inputs', { partition, inputs: await this.inputsOf(batch) }))
        worked()
      })
    } finally {
      commands.unsubscribe()
      await this.line.catch(() => undefined)
    }
  }

  /** Records that cannot be read are parked, with the reason; the rest of the partition goes on. */
  private async inputsOf(batch: JsMsg[]): Promise<InputBatch['inputs']> {
    const inputs: InputBatch['inputs'] = []
    for (const message of batch) {
      const position = { stream: mailStream(this.partition), sequence: message.seq }
      try {
        inputs.push(inputOf(position, message))
      } catch (error) {
        await this.log.park(
          position,
          `unreadable input record: ${error instanceof Error ? error.message : String(error)}`,
        )
      }
    }
    return inputs
  }

  private inLine<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.line.then(work, work)
    this.line = turn.catch(() => undefined)
    return turn
  }

  private command(message: Msg): void {
    const name = message.subject.slice(message.subject.lastIndexOf('.') + 1)
    const answer = (what: Answer): void => void message.respond(JSON.stringify(what))
    const payload = jsonOf(message)
    if (payload === undefined)
      return answer({ ok: false, code: 'not-json', detail: `the payload of ${name} is not JSON` })
    if (!this.handlers.knows(`command.${name}`))
      return answer({ ok: false, code: 'unknown-command', detail: `there is no command ${name}` })
    this.inLine(async () => {
      if (!this.stopped)
        answer((await this.handlers.call(`command.${name}`, { partition: this.partition, name, payload })) as Answer)
    }).catch(() => {
      answer({
        ok: false,
        code: FAILED,
        detail: `${name} could not be carried out; the log of the threader says why`,
      })
      void this.stop()
    })
  }
}

const jsonOf = (message: Msg): unknown => {
  try {
    return message.json<unknown>()
  } catch {
    return undefined
  }
}
