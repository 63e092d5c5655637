import {
  readFacts,
  replyInReplyTo,
  replyReferences,
  replySubject,
  replyThreadIndex,
  startThreadIndex,
  type MailFacts,
} from '@skein/mail'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { threadAll } from './batch/thread-all.js'
import { ruleSet } from './rule-set.js'
import { outlookConversationId } from './simulate-outlook.js'
import { clientNames, simulate } from './simulate.js'
import { GivenSpace, incoming, messageNamed, rawMail, type GivenMail } from './spec/given.js'

const START = Date.UTC(2026, 2, 2, 12)
const MINUTE = 60_000

const octetsOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

/** The index of an answer of ours: one block more, or a new one that Exchange groups with a mail that has none. */
const answerIndex = (parent: MailFacts, at: number): string | null => {
  if (parent.threadIndex !== null) return replyThreadIndex(parent.threadIndex, at, 7)
  const id = outlookConversationId(parent)
  return id === null ? null : startThreadIndex(at, octetsOf(id))
}

const idsLine = (ids: readonly string[]): string[] => ids.map((id) => `<${id}>`)

/** Our answer to a mail, with the headers that libs/mail makes for it. */
const composed = (parent: MailFacts, n: number): GivenMail => {
  const inReplyTo = replyInReplyTo(parent)
  const index = answerIndex(parent, START + n * MINUTE)
  return {
    id: 'answer.of.ours@us.test',
    from: 'support@us.test',
    to: parent.from[0]?.address ?? 'alice@a.test',
    direction: 'out',
    date: new Date(START + n * MINUTE).toISOString(),
    subject: replySubject(parent.subject, { carriesIds: parent.inReplyTo.length + parent.references.length > 0 }),
    references: idsLine(replyReferences(parent)),
    lines: index === null ? [] : [`Thread-Index: ${index}`],
    ...(inReplyTo === null ? {} : { inReplyTo: `<${inReplyTo}>` }),
  }
}

interface Step {
  prefix: string
  from: string
  keepsReferences: boolean
  keepsIndex: boolean
}

/** What another person's program makes of answering: prefixes of any language, References or In-Reply-To alone. */
const step: fc.Arbitrary<Step> = fc.record({
  prefix: fc.constantFrom('Re: ', 'RE: ', 'AW: ', 'Antw: ', 'Re: Re: ', 'Fwd: ', 'R: ', '回复：', ''),
  from: fc.constantFrom('alice@a.test', 'bob@b.test'),
  keepsReferences: fc.boolean(),
  keepsIndex: fc.boolean(),
})

const SUBJECTS = [
  'Dinner',
  'Re: Dinner',
  '[list] Dinner',
  'AW: Grüße',
  'R: Dinner',
  'Invoice: 4711',
  '[EXTERNAL] Q',
  '',
]

const chainOf = (subject: string, isIndexed: boolean, steps: readonly Step[]): GivenMail[] => {
  const root = startThreadIndex(START, octetsOf('00112233445566778899aabbccddeeff'))
  const chain: GivenMail[] = [
    { id: 'mail0.of.chain@x.test', subject, lines: isIndexed ? [`Thread-Index: ${root}`] : [] },
  ]
  for (const [i, { prefix, from, keepsReferences, keepsIndex }] of steps.entries()) {
    const parent = readFacts(rawMail(chain[i]!))
    const index = keepsIndex && parent.threadIndex !== null ? replyThreadIndex(parent.threadIndex, START + i, i) : null
    chain.push({
      id: `mail${i + 1}.of.chain@x.test`,
      from,
      subject: `${prefix}${replySubject(parent.subject).replace(/^Re: ?/, '')}`,
      date: new Date(START + i * MINUTE).toISOString(),
      inReplyTo: `<${parent.messageId}>`,
      ...(keepsReferences ? { references: idsLine(replyReferences(parent, 100)) } : {}),
      lines: index === null ? [] : [`Thread-Index: ${index}`],
    })
  }
  return chain
}

/** A chain, and our answer to its last mail. */
const answered = fc
  .record({
    subject: fc.constantFrom(...SUBJECTS),
    isIndexed: fc.boolean(),
    steps: fc.array(step, { maxLength: 30 }),
  })
  .map(({ subject, isIndexed, steps }) => {
    const chain = chainOf(subject, isIndexed, steps)
    const parent = readFacts(rawMail(chain.at(-1)!))
    return { parent, mails: [...chain, composed(parent, chain.length)] }
  })

describe('a reply that we compose lands with the mail that it answers', () => {
  it.each(clientNames)('in %s', (client) => {
    fc.assert(
      fc.property(answered, ({ mails, parent }) => {
        fc.pre(client !== 'outlook-imap' || parent.threadIndex !== null)
        fc.pre(client !== 'outlook' || outlookConversationId(parent) !== null)
        const [last, ours] = simulate(
          client,
          mails.map((mail) => readFacts(rawMail(mail))),
        ).slice(-2)
        expect(ours?.conversation).toBe(last?.conversation)
      }),
    )
  })

  it('under our own rules', () => {
    fc.assert(
      fc.property(answered, ({ mails, parent }) => {
        const space = new GivenSpace(ruleSet('skein'))
        space.receive(...mails)
        const [ours, theirs] = ['answer.of.ours@us.test', parent.messageId].map((id) =>
          space.threadOf(messageNamed(id)),
        )
        expect(ours).toBeDefined()
        expect(ours).toBe(theirs)
      }),
    )
  })

  it.each(['rfc5256', 'refs'])('under %s', (rules) => {
    fc.assert(
      fc.property(answered, ({ mails }) => {
        const [last, ours] = threadAll(
          mails.map((mail, i) => incoming(mail, i)),
          rules,
        ).slice(-2)
        expect(ours?.thread).toBe(last?.thread)
        expect(ours?.parentId).toBe(last?.messageId)
      }),
    )
  })
})

describe('a reply to a mail that Outlook cannot keep', () => {
  it('opens a conversation in Outlook desktop on IMAP where the answered mail has no Thread-Index', () => {
    const chain = chainOf('Dinner', false, [])
    const mails = [...chain, composed(readFacts(rawMail(chain[0]!)), 1)].map((mail) => readFacts(rawMail(mail)))
    expect(simulate('outlook-imap', mails).map(({ rule }) => rule)).toEqual(['no-index', 'new-index'])
  })
})
