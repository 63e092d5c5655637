import {
  mailStream,
  type Decided,
  type LogPosition,
  type SkeinEvent,
  type SpaceId,
  type StoredEvent,
  type ThreadId,
} from '@skein/events'
import { counter } from '@skein/http'
import type { Answer, InputBatch, Log, LogInput } from '@skein/log'
import { decideCare, decideSend, noNeeds, ruleSet, type Correction } from '@skein/threading'
import type { LinkStore } from '@skein/views'
import { decideCorrection, isCareCommand, isSendCommand, namedBy, noThread, type ThreaderCommand } from './commands.js'
import { decideInput, needsOf, outgoingOf } from './deciding.js'
import { ParkedMail, waitsBehind } from './parked-mail.js'
import { NeverEnough, SpaceKnowledge, Undecidable } from './space-knowledge.js'

/** Events of one append; the server takes up to 1,000 in an atomic batch, and one mail rarely makes more than four. */
const APPEND_AT = 600

const countDecided = counter('skein_events_decided_total', 'Events that were recorded here, by type.', 'type')

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
 * index up to them, and goes on after the input that the last of them names. A command is answered after the append; whatever
 * comes next waits for the index.
 */
export class PartitionWriter {
  /** The last sequence of `EVENTS-<p>` that this writer knows; the fence of its next append. */
  private last = 0
  /** The last sequence of `MAIL-<p>` that was decided on. */
  private lastInput = 0
  /** The index as far as it is to be taken up to; whoever decides waits for it. */
  private indexed: Promise<void> = Promise.resolve()

  private readonly parked: ParkedMail

  constructor(
    private readonly partition: number,
    private readonly parts: WriterParts,
  ) {
    this.parked = new ParkedMail(parts.log, partition)
  }

  /**
   * Brings the index up to the log. Answers the sequence in `MAIL-<p>` after which inputs are due.
   * @throws UnreadableEvent for an event that this release cannot read: decisions would be made with a gap
   */
  async open(): Promise<{ after: number }> {
    const { log, links } = this.parts
    await links.requireDefinition()
    const end = await log.endOfEvents(this.partition)
    const { sequence } = await links.checkpoint(this.partition)
    for await (const batch of log.readEvents(this.partition, sequence, end)) await links.apply(this.partition, batch)
    this.last = end
    this.lastInput = (await links.checkpoint(this.partition)).input
    await this.parked.load()
    return { after: this.lastInput }
  }

  /** Decides inputs in the order of the log and records what was decided. */
  async write(inputs: InputBatch['inputs']): Promise<void> {
    await this.indexed
    const knowledge = await this.load(inputs)
    let events: SkeinEvent[] = []
    for (const input of inputs) {
      const known = knowledge.get(input.record.space)
      if (known === undefined) continue
      events.push(...this.asEvents(await this.decideOne(input, known), input.position, known.space))
      if (events.length < APPEND_AT) continue
      await this.append(events)
      await this.indexed
      events = []
    }
    await this.append(events)
    await this.indexed
    this.lastInput = Math.max(this.lastInput, inputs.at(-1)?.position.sequence ?? 0)
  }

  /**
   * Carries out a command; answers the sequence of its last event, or of the newest one where there was nothing to do. It is in the
   * log by then, and on its way into the index: a sender waits for this answer with a server on the line.
   */
  async carryOut(command: ThreaderCommand): Promise<Answer> {
    await this.indexed
    const decided = await this.decideOn(command)
    if ('refused' in decided) return { ok: false, ...decided.refused }
    return { ok: true, result: await this.recordCommand(command, decided.events) }
  }

  private async decideOn(command: ThreaderCommand): Promise<Correction> {
    const { links, now } = this.parts
    if (isSendCommand(command)) {
      const [found] = await links.outgoing(command.space, [command.message])
      return decideSend(command, found)
    }
    if (isCareCommand(command)) {
      const care = await links.care(command.space, command.thread)
      return care === undefined ? noThread(command.thread) : decideCare(command, care, now().toISOString())
    }
    const known = this.knowledgeOf(command.space)
    await known.learn([{ ...noNeeds(), ...namedBy(command) }])
    try {
      return await known.ask((index) => decideCorrection(command, index, this.lastInput))
    } catch (error) {
      if (!(error instanceof NeverEnough)) throw error
      return { refused: { code: 'too-large', detail: `${command.name}: ${error.message}` } }
    }
  }

  /**
   * Decides a parked input after all, and then those that waited behind it, in the order of the log. What was noted about each is
   * settled, unless it has to be parked again.
   */
  async retry(sequence: number): Promise<Answer> {
    const before = this.last
    const first = { stream: mailStream(this.partition), sequence }
    const refused = await this.retryOne(first)
    if (refused !== null) return { ok: false, ...refused }
    const retried: LogPosition[] = [first]
    const tried = new Set([sequence])
    for (;;) {
      const next = (await this.parked.behind(retried)).find((one) => !tried.has(one.sequence))
      if (next === undefined) break
      tried.add(next.sequence)
      if ((await this.retryOne(next)) === null) retried.push(next)
    }
    const behind = retried.slice(1).map((one) => one.sequence)
    return { ok: true, result: { partition: this.partition, sequence: this.last, events: this.last - before, behind } }
  }

  /** `null` where it went through. */
  private async retryOne({ stream, sequence }: LogPosition): Promise<{ code: string; detail: string } | null> {
    const { log } = this.parts
    const input = await log.inputAt(this.partition, sequence).catch((error: unknown) => asError(error))
    if (input instanceof Error) return { code: 'unreadable', detail: input.message }
    if (input === null) return { code: 'no-such-input', detail: `${stream} holds no input at ${sequence}.` }
    await log.parked.note({ stream, sequence }, 'retried', '')
    await this.write([input])
    const again = (await this.parked.here()).find((one) => one.sequence === sequence)
    return again === undefined ? null : { code: 'parked-again', detail: again.reason }
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
    for (const { type } of events) countDecided(type)
    const stored = events.map((event, i): StoredEvent => ({ ...event, sequence: first + i, partition: this.partition }))
    await this.indexed
    this.indexed = this.parts.links.apply(this.partition, stored)
    // whoever waits for it next is told of a failure
    this.indexed.catch(() => undefined)
    return this.last
  }

  private knowledgeOf(space: SpaceId): SpaceKnowledge {
    const found = this.parts.log.directory.space(space)
    const rules = ruleSet(found?.rules ?? 'skein', found?.policies ?? {})
    return new SpaceKnowledge(space, rules, this.parts.links)
  }

  /** One look into the index for the whole batch; what single inputs need beyond that, their decisions ask for. */
  private async load(inputs: readonly LogInput[]): Promise<Map<SpaceId, SpaceKnowledge>> {
    const bySpace = Map.groupBy(inputs, ({ record }) => record.space)
    const loaded = [...bySpace].map(async ([space, some]): Promise<[SpaceId, SpaceKnowledge]> => {
      const known = this.knowledgeOf(space)
      await known.learn(some.map((input) => needsOf(input, known.rules)))
      await known.learnOutgoing(some.flatMap(outgoingOf))
      return [space, known]
    })
    return new Map(await Promise.all(loaded))
  }

  /** An input that breaks the rules is parked with the reason, and so is mail that names it: the rest of the partition goes on. */
  private async decideOne(input: LogInput, known: SpaceKnowledge): Promise<Decided[]> {
    const first = await this.parked.before(input)
    if (first !== null) {
      await this.parked.park(input, waitsBehind(first))
      return []
    }
    const decided: Decided[] = []
    try {
      for await (const events of decideInput(input, known)) {
        known.apply(events)
        decided.push(...events)
      }
    } catch (error) {
      if (!(error instanceof Undecidable)) throw error
      await this.parked.park(input, `no decision: ${error.message}`)
    }
    return decided
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

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
