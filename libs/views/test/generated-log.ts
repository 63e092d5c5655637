import type { InboxId } from '@skein/events'
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
}

/** One thing that happens; the numbers choose among what is there then. */
type Step =
  | ({ do: 'start' } & Mail)
  | ({ do: 'reply' } & Mail)
  | { do: 'deliver'; n: number; inbox: number; copy: boolean }
  | { do: 'merge'; n: number; others: number[] }
  | { do: 'split'; n: number; which: number }
  | { do: 'read'; n: number; inboxes: number[]; back: number }
  | { do: 'unread'; n: number; inboxes: number[] }

const n = fc.nat(1_000)
const one = fc.integer({ min: 1, max: 3 })
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
}
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('start' as const), ...mail }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('reply' as const), ...mail }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('deliver' as const), n, inbox: one, copy: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('merge' as const), n, others: fc.array(n, { minLength: 1, maxLength: 2 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('split' as const), n, which: fc.integer({ min: 1, max: 30 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('read' as const), n, inboxes, back: fc.nat(10) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unread' as const), n, inboxes }) },
)

const pick = <T>(from: readonly T[], n: number): T | undefined => from[n % Math.max(1, from.length)]

/** Plays the steps: what a threader could have written, with every thread ever started still being named now and then. */
const play = (steps: readonly Step[]): EventMaker => {
  const maker = new EventMaker()
  const started: number[] = []
  let living: number[] = []
  const messages: { id: number; thread: number }[] = []
  const ids = (numbers: readonly number[]): InboxId[] => numbers.map(inbox)
  for (const [i, it] of steps.entries()) {
    const named = pick(started, 'n' in it ? it.n : 0)
    if (it.do === 'start' || it.do === 'reply') {
      const inThread = it.do === 'reply' ? pick(living, it.n) : undefined
      const over = {
        inbox: inbox(it.inbox),
        sentAt: at(it.sent),
        from: [{ name: it.name, address: `p${it.n % 7}@mail.test` }],
        direction: it.out ? ('out' as const) : ('in' as const),
        read: it.read,
        parent: it.top ? null : { id: `x${it.n}@mail.test`, fact: 'references' },
        subject: `${it.name} ${i}`,
        attachments: it.n % 3,
      }
      if (inThread === undefined) {
        maker.start(i, over)
        started.push(i)
        living.push(i)
      } else maker.reply(inThread, i, over)
      messages.push({ id: i, thread: inThread ?? i })
    } else if (named === undefined) continue
    else if (it.do === 'deliver') {
      const what = pick(messages, it.n)
      const over = it.copy ? { copy: `msg_copy${i}` as never, read: true } : {}
      if (what) maker.deliver(what.thread, what.id, inbox(it.inbox), over)
    } else if (it.do === 'merge') {
      const survivor = pick(living, it.n) ?? named
      const absorbed = [...new Set(it.others.map((other) => pick(living, other) ?? named))].filter(
        (other) => other !== survivor,
      )
      if (absorbed.length > 0) maker.merge(survivor, ...absorbed)
      living = living.filter((other) => !absorbed.includes(other))
      for (const one of messages) if (absorbed.includes(one.thread)) one.thread = survivor
    } else if (it.do === 'split') {
      const thread = pick(living, it.n) ?? named
      const leaving = messages.filter((one, at) => one.thread === thread && ((it.which >> (at % 5)) & 1) === 1)
      if (leaving.length === 0 || leaving.length === messages.filter((one) => one.thread === thread).length) continue
      const into = 1_000 + i
      maker.split(thread, into, ...leaving.map(({ id }) => id))
      for (const one of leaving) one.thread = into
      started.push(into)
      living.push(into)
    } else if (it.do === 'read') maker.read(named, ids(it.inboxes), Math.max(0, maker.last - it.back))
    else maker.unread(named, ids(it.inboxes))
  }
  return maker
}

/** Logs of one partition: starts, replies, deliveries, copies, merges of merges, splits, reads and unreads. */
export const generatedLog = fc.array(step, { minLength: 1, maxLength: 60 }).map(play)
