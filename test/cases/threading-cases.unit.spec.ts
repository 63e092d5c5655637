import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MessageId } from '@skein/events'
import {
  decide,
  eraseMessage,
  learnWireId,
  MemoryLinkIndex,
  ruleSet,
  type Correction,
  type IncomingMail,
} from '@skein/threading'
import { describe, expect, it } from 'vitest'
import { caseMail, wireIdOf, type Case, type CaseMessage } from './case-mails.js'

const folder = process.env['SKEIN_CASES'] ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'cases')
const file = join(folder, 'threading.json')
const cases = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Case[]) : []

/** Cases of composing: reply-cases.unit.spec.ts runs them. */
const ELSEWHERE = new Set(['K01', 'K04', 'K06', 'K09', 'K11', 'K14'])

interface Outcome {
  mails: Map<string, IncomingMail>
  index: MemoryLinkIndex
  types: string[]
}

class Run {
  readonly index = new MemoryLinkIndex()
  readonly types: string[] = []
  #order = 0

  constructor(readonly policies: Record<string, string>) {}

  receive(mail: IncomingMail): void {
    this.#order += 1
    for (const event of decide({ ...mail, order: this.#order }, this.index, ruleSet('skein', this.policies))) {
      this.index.apply(event)
      this.types.push(event.type)
    }
  }

  correct(correction: Correction): void {
    if ('refused' in correction) throw new Error(correction.refused.detail)
    for (const event of correction.events) this.index.apply(event)
  }
}

/** The partition by keys, of the mails that the case counts. */
const partition = ({ mails, index }: Outcome, keys: string[]): string[][] => {
  const threads = Map.groupBy(keys, (key) => {
    const mail = mails.get(key)
    const message = mail && (index.original(mail.message) ?? index.owners(`id:${mail.facts.messageId}`)[0])
    return message === undefined ? key : index.threadOf(message)
  })
  return [...threads.values()].map((group) => group.toSorted()).sort()
}

const expected = (threads: string[][]): string[][] => threads.map((group) => group.toSorted()).sort()

const run = (
  messages: CaseMessage[],
  policies: Record<string, string> = {},
  more: Record<string, string[]> = {},
): Outcome => {
  const given = new Run(policies)
  const mails = new Map(messages.map((message) => [message.key, caseMail(message, more[message.key])]))
  for (const mail of mails.values()) given.receive(mail)
  return { mails, index: given.index, types: given.types }
}

const inOrder = ({ messages, order }: Case): CaseMessage[] => {
  const keys = order.split(',').map((key) => key.trim())
  const named = keys.flatMap((key) => messages.find((message) => message.key === key) ?? [])
  return named.length === messages.length ? named : messages
}

const permutations = <T>(items: T[]): T[][] =>
  items.length < 2
    ? [items]
    : items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]))

/** Cases that are more than mails in an order. */
const special: Record<string, (given: Case) => void> = {
  B09: ({ messages, threads }) => {
    const [first, second, third] = messages.map((message) => caseMail(message)) as [
      IncomingMail,
      IncomingMail,
      IncomingMail,
    ]
    const given = new Run({})
    given.receive(first)
    given.receive(second)
    given.correct(eraseMessage(first.message, given.index))
    given.receive(third)
    const mails = new Map(messages.map((message) => [message.key, caseMail(message)]))
    expect(partition({ mails, index: given.index, types: [] }, ['2', '3'])).toEqual(threads)
  },
  D04: ({ messages, threads }) => {
    const spaces = Map.groupBy(messages, ({ box }) => box)
    const found = [...spaces.values()].flatMap((own) =>
      partition(
        run(own),
        own.map(({ key }) => key),
      ),
    )
    expect(found.sort()).toEqual(expected(threads))
  },
  D01: ({ messages }) => {
    expect(run(messages).types).toEqual(['ThreadStarted', 'MessageThreaded'])
  },
  E01: ({ messages, threads }) => {
    const kept = run(messages)
    expect(partition(kept, ['1', '2'])).toEqual(threads)
    expect(kept.types).toContain('SubjectChanged')
    expect(partition(run(messages, { subject_policy: 'split' }), ['1', '2'])).toEqual([['1'], ['2']])
  },
  E14: ({ messages, threads }) => {
    const suggested = run(messages)
    expect(partition(suggested, ['1', '2'])).toEqual(threads)
    expect(suggested.types).toContain('JoinSuggested')
    expect(partition(run(messages, { subject_fallback: 'guarded' }), ['1', '2'])).toEqual([['1', '2']])
  },
  F01: ({ messages, threads }) => {
    const [ours, answer] = messages as [CaseMessage, CaseMessage]
    const given = new Run({})
    const mails = new Map(messages.map((message) => [message.key, caseMail(message)]))
    const sent = mails.get(ours.key)?.message ?? ('' as MessageId)
    given.receive(caseMail(ours))
    given.correct(learnWireId(sent, wireIdOf(ours), given.index, ruleSet('skein')))
    given.receive(caseMail(answer))
    expect(partition({ mails, index: given.index, types: [] }, ['1', '2'])).toEqual(threads)
  },
  F04: ({ messages, threads }) => {
    const [ours, answer] = messages as [CaseMessage, CaseMessage]
    const copy: CaseMessage = { ...ours, key: 'copy', dir: 'in', message_id: '<CAx@mail.gmail.com>' }
    const lines = { copy: ['X-Google-Original-Message-ID: <bad id>'] }
    const outcome = run([ours, copy, { ...answer }], {}, lines)
    expect(partition(outcome, ['1', '2'])).toEqual(threads)
    expect(outcome.types).toContain('MessageDelivered')
  },
  F06: ({ messages, threads }) => {
    const [ours, answer] = messages as [CaseMessage, CaseMessage]
    const given = new Run({})
    const own = caseMail(ours)
    given.receive(own)
    given.receive({ ...caseMail(answer), replyToken: own.facts.messageId })
    const mails = new Map(messages.map((message) => [message.key, caseMail(message)]))
    expect(partition({ mails, index: given.index, types: [] }, ['1', '2'])).toEqual(threads)
  },
  H04: ({ messages, threads }) => {
    const [ours, answer] = messages as [CaseMessage, CaseMessage]
    const both = [{ ...ours, from: 'support@us', to: 'bo@b.test' }, answer]
    const suggested = run(both)
    expect(partition(suggested, ['1', '2'])).toEqual(threads)
    expect(suggested.types).toContain('JoinSuggested')
    expect(partition(run(both, { subject_fallback: 'guarded' }), ['1', '2'])).toEqual([['1', '2']])
  },
  I01: ({ messages, threads }) => {
    expect(partition(run(messages), ['1', '2', '3'])).toEqual(threads)
    const apart = partition(run(messages, { forward_policy: 'new_thread' }), ['1', '2', '3'])
    expect(apart).toEqual([['1'], ['2', '3']])
  },
  J01: ({ messages }) => {
    const [picture] = messages as [CaseMessage]
    const chain = Array.from({ length: 250 }, (_, i): CaseMessage => ({
      ...picture,
      key: String(i + 1),
      message_id: `<${i + 1}@x>`,
      subject: i === 0 ? 'Q' : 'Re: Q',
      ...(i === 0 ? {} : { in_reply_to: `<${i}@x>`, references: [`<${i}@x>`] }),
    }))
    expect(
      partition(
        run(chain),
        chain.map(({ key }) => key),
      ),
    ).toHaveLength(1)
  },
}

describe.skipIf(cases.length === 0)(
  `cases of threading${cases.length === 0 ? ` (skipped: there is no ${file})` : ''}`,
  () => {
    it.each(cases.filter(({ id }) => !ELSEWHERE.has(id)).map((given) => [given.id, given.title, given] as const))(
      '%s: %s',
      (id, _, given) => {
        const own = special[id]
        if (own) return own(given)
        const keys = given.threads.flat()
        const mails = inOrder(given)
        const orders = given.order_free && mails.length <= 5 ? permutations(mails) : [mails]
        for (const order of orders) expect(partition(run(order), keys)).toEqual(expected(given.threads))
      },
    )
  },
)
