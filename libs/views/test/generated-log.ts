import type { MailKind } from '@skein/mail'
import fc from 'fast-check'
import { at, EventMaker, inbox } from './event-maker.js'

interface Mail {
  n: number
  inbox: number
  sent: number
  name: string
  read: boolean
  out: boolean
  top: boolean
  kind: MailKind
}

/** One thing that happens; the numbers choose among what is there then. */
type Step =
  | ({ do: 'start' } & Mail)
  | ({ do: 'reply' } & Mail)
  | { do: 'deliver'; n: number; inbox: number; copy: boolean }
  | { do: 'merge'; n: number; others: number[] }
  | { do: 'split'; n: number; which: number }
  | { do: 'move'; n: number; which: number; to: number }
  | { do: 'undo'; n: number; which: number }
  | { do: 'erase'; n: number }
  | { do: 'learn'; n: number }
  | { do: 'read'; n: number; inboxes: number[]; back: number }
  | { do: 'unread'; n: number; inboxes: number[] }
  | { do: 'state'; n: number; what: (typeof STATING)[number]; by: number }
  | { do: 'offer'; n: number; to: number; what: (typeof OFFERING)[number] }
  | { do: 'queue'; n: number }
  | { do: 'send'; n: number; attempt: number; what: (typeof SENDING)[number] }

const SENDING = ['sending', 'sent', 'deferred', 'failed', 'unknown', 'cancel', 'retry', 'settle', 'bounce'] as const
const OFFERING = ['suggest', 'quarantine', 'accept', 'refuse'] as const
const STATING = ['claim', 'release', 'handle', 'handle', 'reopen', 'label', 'label'] as const

const n = fc.nat(1_000)
const one = fc.integer({ min: 1, max: 3 })
/** Bits that choose messages of a thread. */
const which = fc.integer({ min: 1, max: 30 })
const inboxes = fc.uniqueArray(one, { minLength: 1, maxLength: 3 })
const mail = {
  n,
  inbox: one,
  sent: fc.integer({ min: 0, max: 50 }),
  name: fc.oneof(
    fc.constantFrom('', 'Ada', 'Bo 𝄞', 'Bo \uE000', 'nul \0 in it', 'lone \uD800'),
    fc.string({ maxLength: 5 }),
  ),
  read: fc.boolean(),
  out: fc.boolean(),
  top: fc.boolean(),
  kind: fc.constantFrom<MailKind>('normal', 'normal', 'auto-reply', 'bounce'),
}
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('start' as const), ...mail }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('reply' as const), ...mail }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('deliver' as const), n, inbox: one, copy: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('merge' as const), n, others: fc.array(n, { minLength: 1, maxLength: 2 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('split' as const), n, which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('move' as const), n, which, to: n }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('undo' as const), n, which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('erase' as const), n }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('learn' as const), n }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('read' as const), n, inboxes, back: fc.nat(10) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unread' as const), n, inboxes }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('state' as const), n, what: fc.constantFrom(...STATING), by: fc.nat(12) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('offer' as const), n, to: fc.nat(3), what: fc.constantFrom(...OFFERING) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('queue' as const), n }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('send' as const), n, attempt: one, what: fc.constantFrom(...SENDING) }),
  },
)

const pick = <T>(from: readonly T[], n: number): T | undefined => from[n % Math.max(1, from.length)]

interface Placed {
  id: number
  placed: number
}

/** What is there while a log is played: threads by number, messages by the number of the step that brought them. */
class World {
  readonly maker = new EventMaker()
  readonly started: number[] = []
  readonly into = new Map<number, number>()
  readonly messages: Placed[] = []
  /** Messages that are to be sent. */
  readonly queued: Placed[] = []

  livingOf(thread: number): number {
    const next = this.into.get(thread)
    return next === undefined ? thread : this.livingOf(next)
  }
  get living(): number[] {
    return this.started.filter((thread) => !this.into.has(thread))
  }
  in(thread: number): Placed[] {
    return this.messages.filter(({ placed }) => this.livingOf(placed) === thread)
  }
  /** Some messages of a thread, never all of them. */
  some(thread: number, which: number): Placed[] {
    const all = this.in(thread)
    const chosen = all.filter((_, at) => ((which >> (at % 5)) & 1) === 1)
    return chosen.length === all.length ? [] : chosen
  }
  /** Threads that were merged into this one, one way or another. */
  family(thread: number): number[] {
    const direct = [...this.into].filter(([, into]) => into === thread).map(([one]) => one)
    return [...direct, ...direct.flatMap((one) => this.family(one))]
  }
}

const receive = (world: World, i: number, it: Step & { do: 'start' | 'reply' }): void => {
  const { maker, started, messages, living } = world
  const inThread = it.do === 'reply' ? pick(living, it.n) : undefined
  const over = {
    inbox: inbox(it.inbox),
    sentAt: at(it.sent),
    from: [{ name: it.name, address: `p${it.n % 7}@mail.test` }],
    direction: it.out ? ('out' as const) : ('in' as const),
    read: it.read,
    kind: it.kind,
    parent: it.top ? null : { id: `x${it.n}@mail.test`, fact: 'references' },
    subject: `${it.name} ${i}`,
    attachments: it.n % 3,
  }
  if (inThread === undefined) {
    maker.start(i, over)
    started.push(i)
  } else maker.reply(inThread, i, over)
  messages.push({ id: i, placed: inThread ?? i })
}

const merge = ({ maker, living, into }: World, it: Step & { do: 'merge' }): void => {
  const survivor = pick(living, it.n) ?? 0
  const others = new Set(it.others.map((other) => pick(living, other) ?? survivor))
  others.delete(survivor)
  if (others.size === 0) return
  maker.merge(survivor, ...others)
  for (const other of others) into.set(other, survivor)
}

const undo = (world: World, it: Step & { do: 'undo' }): void => {
  const absorbed = pick([...world.into.keys()], it.n)
  if (absorbed === undefined) return
  const survivor = world.livingOf(absorbed)
  const family = world.family(absorbed)
  const others = world.some(survivor, it.which).filter(({ placed }) => placed !== absorbed && !family.includes(placed))
  const pairs = family.map((one): [number, number] => [one, world.into.get(one) ?? absorbed])
  world.maker.undo(survivor, absorbed, pairs, ...others.map(({ id }) => id))
  world.into.delete(absorbed)
  for (const other of others) other.placed = absorbed
}

const regroup = (world: World, i: number, it: Step & { do: 'split' | 'move' }): void => {
  const thread = pick(world.living, it.n) ?? 0
  const to = it.do === 'split' ? 1_000 + i : (pick(world.living, it.to) ?? 0)
  const leaving = world.some(thread, it.which)
  if (leaving.length === 0 || to === thread) return
  const ids = leaving.map(({ id }) => id)
  if (it.do === 'split') {
    world.maker.split(thread, to, ...ids)
    world.started.push(to)
  } else world.maker.move(thread, to, ...ids)
  for (const one of leaving) one.placed = to
}

const queue = ({ maker, queued }: World, what: Placed, it: Step & { do: 'queue' }): void => {
  const input = maker.inputOf(what.id)
  if (input === undefined || queued.includes(what)) return
  const over = {
    onUnknown: it.n % 2 ? ('retry' as const) : ('hold' as const),
    sendAt: it.n % 3 ? null : at(it.n),
    input,
  }
  maker.queue(what.placed, what.id, over)
  queued.push(what)
}

const send = ({ maker, queued }: World, { n, attempt, what }: Step & { do: 'send' }): void => {
  const it = pick(queued, n)
  if (it === undefined) return
  if (what === 'sending') maker.sending(it.placed, it.id, attempt)
  else if (what === 'bounce') maker.bounce(it.placed, it.id, `report${n % 3}`)
  else if (what === 'cancel' || what === 'retry') maker.decideSend(it.placed, it.id, what)
  else if (what === 'settle') maker.decideSend(it.placed, it.id, n % 2 ? 'sent' : 'failed')
  else maker.outcome(it.placed, it.id, attempt, what)
}

const offer = (world: World, { id, placed }: Placed, { to, what }: Step & { do: 'offer' }): void => {
  const [thread, other] = [world.livingOf(placed), pick(world.started, to) ?? 0]
  if (what === 'suggest' || what === 'quarantine') world.maker.offer(thread, id, other, what === 'quarantine')
  else world.maker.answerOffer(thread, id, other, what === 'accept')
}

const LABELS = ['later', 'urgent', 'Zebra', 'ärger']

const state = (maker: EventMaker, thread: number, { what, by }: Step & { do: 'state' }): void => {
  if (what === 'claim') maker.claim(thread, `agent${by % 2}`, at(maker.last + by))
  else if (what === 'handle') maker.handle(thread, Math.max(0, maker.last - (by % 4)))
  else if (what === 'release' || what === 'reopen') maker[what](thread)
  else maker.label(thread, LABELS.slice(by % 4, (by % 4) + 2), LABELS.slice(0, by % 3))
}

/** Plays the steps: what a threader could have written, with every thread ever started still being named now and then. */
const play = (steps: readonly Step[]): EventMaker => {
  const world = new World()
  const { maker, started, messages } = world
  for (const [i, it] of steps.entries()) {
    const named = pick(started, it.n)
    const what = pick(messages, it.n)
    if (it.do === 'start' || it.do === 'reply') receive(world, i, it)
    else if (named === undefined || what === undefined) continue
    else if (it.do === 'deliver') {
      const over = it.copy ? { copy: `msg_copy${i}` as never, read: true } : {}
      maker.deliver(world.livingOf(what.placed), what.id, inbox(it.inbox), over)
    } else if (it.do === 'merge') merge(world, it)
    else if (it.do === 'undo') undo(world, it)
    else if (it.do === 'split' || it.do === 'move') regroup(world, i, it)
    else if (it.do === 'erase') maker.erase(world.livingOf(what.placed), what.id)
    else if (it.do === 'learn') maker.learn(what.placed, what.id, `wire${it.n % 3}@mail.test`)
    else if (it.do === 'read') maker.read(named, it.inboxes.map(inbox), Math.max(0, maker.last - it.back))
    else if (it.do === 'offer') offer(world, what, it)
    else if (it.do === 'state') state(maker, named, it)
    else if (it.do === 'queue') queue(world, what, it)
    else if (it.do === 'send') send(world, it)
    else maker.unread(named, it.inboxes.map(inbox))
  }
  return maker
}

/** Logs of one partition: starts, replies, deliveries, copies, merges and what takes them back, splits, moves, erasures, reads. */
export const generatedLog = fc.array(step, { minLength: 1, maxLength: 60, size: 'max' }).map(play)
