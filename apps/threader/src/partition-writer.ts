import {
  mailStream,
  type Decided,
  type LogPosition,
  type ReceivedRecord,
  type SkeinEvent,
  type SpaceId,
  type StoredEvent,
  type ThreadId,
} from '@skein/events'
import type { Answer, InputBatch, Log, LogInput } from '@skein/log'
import {
  answerOrAsk,
  decideOrAsk,
  linkNeeds,
  LoadedLinkIndex,
  noNeeds,
  ruleSet,
  type Needs,
  type RuleSet,
} from '@skein/threading'
import type { LinkStore } from '@skein/views'
import { decideCommand, namedBy, type ThreaderCommand } from './commands.js'
import { incomingMail } from './incoming-mail.js'

/** Events of one append; the server takes up to 1,000 in an atomic batch, and one mail rarely makes more than four. */
const APPEND_AT = 600
/** A decision asks for a thread, then for what was merged into it; more rounds than this mean that it never has enough. */
const MOST_ROUNDS = 20

/** What the sender of a command is told. */
export interface CommandResult {
  partition: number
  sequence: number
  /** What came of it, in order; empty where it was so already. */
  events: { type: Decided['type']; thread: ThreadId }[]
}

export interface WriterParts {
  log: Log
  links: LinkStore
  now: () => Date
}

/**
 * The writer of one partition.
 *
 * Steps of a batch: load what the rules need to know from the index; decide mail after mail, each seeing what was decided
 * before it; append the events behind the last known sequence; put them into the index. A crash between two steps means:
 * before the append, nothing happened and the inputs come again; after it, `open` finds the events in the log, brings the
 * index up to them, and goes on after the input that the last of them names.
 */
export class PartitionWriter {
  /** The last sequence of `EVENTS-<p>` that this writer knows; the fence of its next append. */
  private last = 0
  /** The last sequence of `MAIL-<p>` that was decided on. */
  private lastInput = 0

  constructor(
    private readonly partition: number,
    private readonly parts: WriterParts,
  ) {}

  /** Brings the index up to the log. Answers the sequence in `MAIL-<p>` after which inputs are due. */
  async open(): Promise<{ after: number }> {
    const { log, links } = this.parts
    const end = await log.endOfEvents(this.partition)
    const { sequence } = await links.checkpoint(this.partition)
    for await (const batch of log.readEvents(this.partition, sequence, end)) await links.apply(this.partition, batch)
    this.last = end
    this.lastInput = (await links.checkpoint(this.partition)).input
    return { after: this.lastInput }
  }

  /** Decides mails in the order of the log and records what was decided. */
  async write(inputs: InputBatch['inputs']): Promise<void> {
    const mails = inputs.filter((input) => input.kind === 'mail')
    const knowledge = await this.load(mails)
    let events: SkeinEvent[] = []
    for (const { position, record } of mails) {
      const known = knowledge.get(record.space)
      if (known === undefined) continue
      const decided = await this.decideOne(position, record, known)
      events.push(...this.asEvents(decided, position, record.space))
      if (events.length < APPEND_AT) continue
      await this.append(events)
      events = []
    }
    await this.append(events)
    this.lastInput = Math.max(this.lastInput, inputs.at(-1)?.position.sequence ?? 0)
  }

  /** Carries out a command; answers the sequence of its last event, or of the newest one where there was nothing to do. */
  async carryOut(command: ThreaderCommand): Promise<Answer> {
    const index = new LoadedLinkIndex()
    await this.learn(command.space, index, [{ ...noNeeds(), ...namedBy(command) }])
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const asked = answerOrAsk(index, (known) => decideCommand(command, known, this.lastInput))
      if ('needs' in asked) await this.learn(command.space, index, [asked.needs])
      else if ('refused' in asked.answer) return { ok: false, ...asked.answer.refused }
      else return { ok: true, result: await this.recordCommand(command, asked.answer.events) }
    }
    return { ok: false, code: 'too-large', detail: `${command.name} asked for more of the index ${MOST_ROUNDS} times` }
  }

  /** Decides a parked input after all; what was noted about it is settled, unless it has to be parked again. */
  async retry(sequence: number): Promise<Answer> {
    const { log } = this.parts
    const position = { stream: mailStream(this.partition), sequence }
    const found = await log.recordsAt(this.partition, [sequence]).catch((error: unknown) => asError(error))
    if (found instanceof Error) return { ok: false, code: 'unreadable', detail: found.message }
    const record = found.get(sequence)
    if (record === undefined)
      return { ok: false, code: 'no-such-input', detail: `${position.stream} holds no input at ${sequence}.` }
    const before = this.last
    await log.parked.note(position, 'retried', '')
    await this.write([{ kind: 'mail', position, record }])
    const again = (await log.parked.list()).find((one) => one.stream === position.stream && one.sequence === sequence)
    if (again !== undefined) return { ok: false, code: 'parked-again', detail: again.reason }
    return { ok: true, result: { partition: this.partition, sequence: this.last, events: this.last - before } }
  }

  private async recordCommand(command: ThreaderCommand, decided: Decided[]): Promise<CommandResult> {
    const { id, name, actor, space } = command
    const stamp = { time: this.parts.now().toISOString(), space, cause: { kind: 'command', id, name, actor } } as const
    const sequence = await this.append(decided.map((one, i) => ({ ...one, ...stamp, id: `command.${id}.${i}` })))
    return { partition: this.partition, sequence, events: decided.map(({ type, thread }) => ({ type, thread })) }
  }

  private async append(events: readonly SkeinEvent[]): Promise<number> {
    if (events.length === 0) return this.last
    const first = this.last + 1
    this.last = await this.parts.log.appendEvents(this.partition, this.last, events)
    const stored = events.map((event, i): StoredEvent => ({ ...event, sequence: first + i, partition: this.partition }))
    await this.parts.links.apply(this.partition, stored)
    return this.last
  }

  private rulesOf(space: SpaceId): RuleSet {
    const found = this.parts.log.directory.space(space)
    return ruleSet(found?.rules ?? 'skein', found?.policies ?? {})
  }

  /** One look into the index for the whole batch; what single mails need beyond that, `decideOne` asks for. */
  private async load(inputs: readonly MailInput[]): Promise<Map<SpaceId, Knowledge>> {
    const bySpace = Map.groupBy(inputs, ({ record }) => record.space)
    const loaded = [...bySpace].map(async ([space, some]): Promise<[SpaceId, Knowledge]> => {
      const rules = this.rulesOf(space)
      const index = new LoadedLinkIndex()
      await this.learn(
        space,
        index,
        some.map(({ position, record }) => linkNeeds(incomingMail(record, position), rules)),
      )
      return [space, { rules, index }]
    })
    return new Map(await Promise.all(loaded))
  }

  private async learn(space: SpaceId, index: LoadedLinkIndex, needs: Needs[]): Promise<void> {
    const rows = await this.parts.links.load(space, needs)
    for (const [i, one] of needs.entries()) index.answer(one, i === 0 ? rows : {})
  }

  /** A mail that breaks the rules is parked with the reason: the rest of the partition goes on. */
  private async decideOne(
    position: LogPosition,
    record: ReceivedRecord,
    { rules, index }: Knowledge,
  ): Promise<Decided[]> {
    const mail = incomingMail(record, position)
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const answer = attempt(() => decideOrAsk(mail, index, rules))
      if (answer instanceof Error) {
        await this.parts.log.park(position, `no decision: ${answer.stack ?? answer.message}`)
        return []
      }
      if ('events' in answer) {
        for (const event of answer.events) index.apply(event)
        return answer.events
      }
      await this.learn(record.space, index, [answer.needs])
    }
    await this.parts.log.park(position, `no decision: it asked for more of the index ${MOST_ROUNDS} times`)
    return []
  }

  private asEvents(decided: Decided[], { stream, sequence }: LogPosition, space: SpaceId): SkeinEvent[] {
    const time = this.parts.now().toISOString()
    return decided.map((one, i) => ({
      ...one,
      id: `${stream}.${sequence}.${i}`,
      time,
      space,
      cause: { kind: 'input', stream, sequence },
    }))
  }
}

type MailInput = Extract<LogInput, { kind: 'mail' }>

interface Knowledge {
  rules: RuleSet
  index: LoadedLinkIndex
}

const attempt = <T>(work: () => T): T | Error => {
  try {
    return work()
  } catch (error) {
    return asError(error)
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
