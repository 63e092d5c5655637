import { setTimeout as sleep } from 'node:timers/promises'
import type { ComposedRecord, DeliveryRecord } from '@skein/events'
import { CannotOpen } from '@skein/log'
import type { OutboxParts } from '../parts.js'
import { deliveryOf, type Ended } from './delivery.js'
import type { Send } from './schedule.js'
import { CannotSign, signed } from './signed.js'
import { attemptBySmtp } from './smtp-attempt.js'
import { nameOf, serverOf, transportFor, type TransportChoice } from './transport-for.js'
import { wireIdIn } from './wire-id.js'

export type AttemptParts = Pick<OutboxParts, 'log' | 'settings' | 'now'>

/** What is asked for: an attempt of a mail, begun by this command. */
export interface Asked {
  readonly send: Send
  readonly attempt: number
  readonly command: string
  readonly signal: AbortSignal
  /** The writer has recorded that it begins. */
  readonly onBegun: () => void
}

/** What came of an attempt, for the log; or why there was none, and it may be asked for again. */
export type AttemptEnd = { readonly record: DeliveryRecord } | { readonly stayed: Error }

const notTried = { outcome: 'no', begun: false, refused: [], blame: 'transport' } as const
const failed = (reason: string): Ended => ({ ...notTried, temporary: false, reason })
const mendable = (reason: string): Ended => ({ ...notTried, temporary: true, reason })

/** Carries out single attempts, and remembers which transports give trouble. */
export class Attempts {
  /** Failures since a transport last worked, and the last reason, by its name. */
  readonly troubles = new Map<string, { times: number; reason: string }>()

  constructor(private readonly parts: AttemptParts) {}

  /** By what a mail leaves as the directory is now; its name is `none` where by nothing. */
  laneOf(send: Send): string {
    const choice = this.choiceFor(send)
    return choice === null ? 'none' : nameOf(choice)
  }

  private choiceFor({ inbox: id, from }: Send): TransportChoice | null {
    const { log, settings } = this.parts
    const inbox = log.directory.inbox(id)
    return inbox === undefined
      ? null
      : transportFor(log.directory, { ...inbox, address: from || inbox.address }, settings)
  }

  /** Never rejects. */
  async run(asked: Asked): Promise<AttemptEnd> {
    try {
      const { ended, wireId } = await this.outcome(asked)
      const { now, settings: rules } = this.parts
      return { record: deliveryOf(asked.send, asked.attempt, ended, { now: now(), wireId, rules }) }
    } catch (error) {
      return { stayed: error instanceof Error ? error : new Error(String(error)) }
    }
  }

  private async outcome(asked: Asked): Promise<{ ended: Ended; wireId: string | null }> {
    const { send } = asked
    const none = { wireId: null }
    const choice = this.choiceFor(send)
    if (choice === null) return { ...none, ended: failed(noWay(send, this.parts)) }
    const { log } = this.parts
    const record = (await log.recordsAt(send.partition, [send.input.sequence])).get(send.input.sequence)
    if (record === undefined || !('outgoing' in record)) return { ...none, ended: failed('the mail was erased') }
    return this.bySmtp(asked, choice, record as ComposedRecord)
  }

  private async bySmtp(
    asked: Asked,
    choice: TransportChoice,
    record: ComposedRecord,
  ): Promise<{ ended: Ended; wireId: string | null }> {
    const { log, settings } = this.parts
    const { from, to } = record.outgoing
    const ready = await this.prepared(choice, await log.readRaw(record.raw))
    if ('reason' in ready) {
      this.note(choice, ready.reason)
      return { ended: mendable(ready.reason), wireId: null }
    }
    const { server, raw } = ready
    const begin = (): Promise<void> => this.begin(asked)
    const ended = await attemptBySmtp({
      server,
      mail: { from, to, raw },
      patience: settings.smtp,
      ehloName: settings.ehloName,
      begin,
      signal: asked.signal,
    })
    if (ended.outcome === 'not-granted') throw ended.error
    if (asked.signal.aborted && ended.outcome === 'no' && !ended.begun) throw new Error(ended.reason)
    this.note(choice, ended.outcome === 'no' && ended.blame === 'transport' ? ended.reason : null)
    if (ended.outcome !== 'sent') return { ended, wireId: null }
    const { messageId } = record.facts
    const rewritesMessageId = choice.by !== 'instance' && choice.transport.rewritesMessageId
    const said = { response: ended.response, messageId, addresses: [from, ...to], host: server.host, rewritesMessageId }
    return { ended, wireId: wireIdIn(said) }
  }

  /** The server with its secrets open, and the mail as it leaves; or what a person has to mend first. */
  private async prepared(choice: TransportChoice, raw: Uint8Array) {
    try {
      return { server: serverOf(choice, this.parts.log), raw: await signed(raw, choice, this.parts.log) }
    } catch (error) {
      if (error instanceof CannotOpen || error instanceof CannotSign) return { reason: error.message }
      throw error
    }
  }

  /** Asks the writer, which records that the attempt begins; it refuses what is not due, or was begun by somebody else. */
  private async begin({ send, attempt, command, onBegun }: Asked): Promise<void> {
    const { message, space, partition } = send
    await this.parts.log.command(partition, 'BeginSend', { id: command, space, actor: 'outbox', message, attempt })
    onBegun()
  }

  private note(choice: TransportChoice, reason: string | null): void {
    const name = nameOf(choice)
    if (reason === null) this.troubles.delete(name)
    else this.troubles.set(name, { times: (this.troubles.get(name)?.times ?? 0) + 1, reason })
  }

  /** Stores an outcome, however long that takes; answers whether it could, before it was told to stop. */
  async store(record: DeliveryRecord, stop: AbortSignal): Promise<boolean> {
    for (let wait = 100; ; wait = Math.min(2 * wait, 5_000)) {
      try {
        await this.parts.log.noteDelivery(record)
        return true
      } catch {
        if (stop.aborted) return false
        await sleep(wait, undefined, { signal: stop }).catch(() => undefined)
      }
    }
  }
}

const noWay = ({ inbox: id }: Send, { log }: AttemptParts): string => {
  const inbox = log.directory.inbox(id)
  if (inbox === undefined) return `inbox ${id} is no longer there`
  return inbox.transport === null
    ? `no transport: ${id} has none, its domain has none, and the instance has none`
    : `transport ${inbox.transport}, by which mail of ${id} leaves, is no longer there`
}
