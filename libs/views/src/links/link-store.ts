import type { MessageId, SpaceId, StoredEvent, ThreadId } from '@skein/events'
import { linkRowsOf } from '@skein/threading'
import type { CareRow, LinkRows, Needs, Outgoing } from '@skein/threading'
import { type Database } from '../database.js'
import { EventsMissing, MANY_EVENTS } from '../projection/projection.js'
import { definitionColumn, lockedCheckpoint, requireDefinition } from '../rebuild/definition.js'
import { loadCare, writeCare } from './care-rows.js'
import { loadLinks } from './load-links.js'
import { findSentUnder, loadOutgoing, writeOutgoing } from './outgoing-rows.js'
import { writeLinks } from './write-links.js'
import type { Change } from './write-links.js'

export interface LinkCheckpoint {
  /** Sequence of the last event in the index; 0 for none. */
  readonly sequence: number
  /** Sequence of the last input that one of those events names as its cause; 0 for none. */
  readonly input: number
}

/** The threader's index of what was decided, in Postgres: rows that follow from the events, with a checkpoint of its own. */
export class LinkStore {
  constructor(private readonly database: Database) {}

  async checkpoint(partition: number): Promise<LinkCheckpoint> {
    const [row] = await this.database.run<{ sequence: string; input: string }>(
      'select sequence, input from link_checkpoint where partition = $1',
      [partition],
    )
    return { sequence: Number(row?.sequence ?? 0), input: Number(row?.input ?? 0) }
  }

  /**
   * Applies events of one partition in one transaction; those that are in the index already are skipped.
   * @throws EventsMissing when the events do not follow those that are there
   */
  async apply(
    partition: number,
    events: readonly StoredEvent[],
    after = (events[0]?.sequence ?? 1) - 1,
  ): Promise<void> {
    if (events.length === 0) return
    await this.database.write(events.length >= MANY_EVENTS, async (writer) => {
      const { run } = writer
      const stands = await lockedCheckpoint(run, 'index', partition)
      if (after > stands) throw new EventsMissing(partition, stands, after)
      const due = events.filter(({ sequence }) => sequence > stands)
      const last = due.at(-1)?.sequence
      if (last === undefined) return
      await writeLinks(writer, partition, due.flatMap(changesOf))
      await writeOutgoing(run, partition, due)
      await writeCare(run, partition, due)
      const input = Math.max(0, ...due.map(({ cause }) => (cause.kind === 'input' ? cause.sequence : 0)))
      await run('update link_checkpoint set sequence = $2, input = greatest(input, $3) where partition = $1', [
        partition,
        last,
        input,
      ])
    })
  }

  /** Whoever decides by the index asks first: nothing is decided by one of another definition. @throws OtherDefinition */
  async requireDefinition(): Promise<void> {
    const [row] = await this.database.run<{ definition: number }>(
      `select ${definitionColumn('index')}`,
      [],
      'links definition',
    )
    requireDefinition('index', row?.definition ?? 0)
  }

  /** The rows of a space that answer what decisions on some mails need to know. @throws OtherDefinition */
  async load(space: SpaceId, needs: readonly Needs[]): Promise<LinkRows> {
    const [rows] = await Promise.all([loadLinks(this.database, space, needs), this.requireDefinition()])
    return rows
  }

  /** The mails of ours among these messages of a space, each with the thread that it is in today. */
  outgoing(space: SpaceId, messages: readonly MessageId[]): Promise<Outgoing[]> {
    return loadOutgoing(this.database, space, messages)
  }

  /** The mails of ours that were written under a Message-ID, whatever keys the rules of the space give them. */
  sentUnder(space: SpaceId, messageId: string): Promise<MessageId[]> {
    return findSentUnder(this.database, space, messageId)
  }

  /** Where a thread of a space is today, and what was said about it there; `undefined` where there is no such thread. */
  care(space: SpaceId, thread: ThreadId): Promise<CareRow | undefined> {
    return loadCare(this.database, space, thread)
  }

  /** Round trip to the server, in milliseconds. @throws what the client says when there is none */
  async ping(): Promise<number> {
    return this.database.ping()
  }

  async close(): Promise<void> {
    await this.database.close()
  }
}

const changesOf = (event: StoredEvent): Change[] =>
  linkRowsOf(event).map((change) => ({ space: event.space, sequence: event.sequence, change }))
