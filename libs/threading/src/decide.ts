import { threadStartedBy, type Decided, type Relation, type ThreadId } from '@skein/events'
import { demotions } from './anchors.js'
import { choose, confidenceOf, evidenceOf, ruleOf, type Choice } from './choice.js'
import { furtherKeys, heldKeys } from './held-keys.js'
import { sentAt, type IncomingMail } from './incoming-mail.js'
import type { LinkKey } from './keys.js'
import type { LinkIndex } from './link-index.js'
import { linksOf } from './links.js'
import { namedParent } from './parent.js'
import type { RuleSet } from './rule-set.js'
import { sameMail, underSameId, type SameMail } from './same-mail.js'

type Threaded = Extract<Decided, { type: 'MessageThreaded' }>
type Judgement = Pick<Threaded['data'], 'rule' | 'evidence' | 'confidence' | 'rivals'>

/**
 * Which thread a mail belongs to. A pure function: `index` answers what was decided before (see `linkNeeds`).
 * 1. The mail's keys, by the rule set, from the mail alone.
 * 2. Is it there already? Then it is one more delivery, or another copy; `[]` where that too is known.
 * 3. The threads that its keys lead to. None: it starts one. One: it joins. Several: they are one conversation, and merge.
 */
export const decide = (mail: IncomingMail, index: LinkIndex, rules: RuleSet): Decided[] => {
  const keys = rules.keys(mail.facts, mail.replyToken ?? null)
  const known = index.original(mail.message)
  if (known !== undefined) return deliveredAgain(mail, { message: known, rule: 'duplicate' }, keys, index, rules)
  const under = underSameId(keys, index)
  const same = sameMail(mail, under)
  return same === null ? placed(mail, keys, index, rules) : deliveredAgain(mail, same, keys, index, rules)
}

/** Our own mail and what machines answer by themselves: nobody has to read it. */
const isReadFromTheStart = ({ direction, facts }: IncomingMail): boolean =>
  direction === 'out' || facts.kind === 'bounce' || facts.kind === 'receipt' || facts.kind === 'auto-reply'

const merged = (choice: Choice, message: Threaded['data']['message'], index: LinkIndex): Decided[] => {
  if (choice.absorbed.length === 0) return []
  const cuts = new Set(choice.absorbed.flatMap((thread) => index.cutsOf(thread)))
  const decision = { rule: 'merge', evidence: evidenceOf(choice.links), confidence: confidenceOf(choice.links) }
  return [
    {
      type: 'ThreadsMerged',
      thread: choice.survivor,
      data: { ...decision, absorbed: choice.absorbed, message, cuts: [...cuts] },
    },
  ]
}

const deliveredAgain = (
  mail: IncomingMail,
  { message, rule }: SameMail,
  keys: LinkKey[],
  index: LinkIndex,
  rules: RuleSet,
): Decided[] => {
  const thread = index.threadOf(message)
  const there = index.message(message)
  if (thread === undefined || there === undefined) return []
  const further = furtherKeys(keys, message, index)
  const isNewCopy = index.original(mail.message) === undefined && (rule !== 'duplicate' || further.length > 0)
  if (index.isDelivered(message, mail.inbox) && !isNewCopy) return []
  const { facts, inbox, role, receivedAt, input } = mail
  const links = linksOf(further, facts.baseSubject, index, rules)
  const own = { thread, key: further[0], message }
  const choice = choose(
    own.key ? [{ ...own, key: own.key }, ...links.filter((link) => link.thread !== thread)] : [],
    index,
  )
  return [
    {
      type: 'MessageDelivered',
      thread,
      data: {
        message,
        copy: isNewCopy && there.digest !== facts.digest ? mail.message : null,
        messageId: facts.messageId,
        keys: heldKeys(further, facts.baseSubject, index, rules),
        rule,
        inbox,
        role,
        receivedAt,
        digest: facts.digest,
        read: rule === 'own-echo' || isReadFromTheStart(mail),
        input,
      },
    },
    ...(choice ? merged(choice, message, index) : []),
  ]
}

const placed = (mail: IncomingMail, keys: LinkKey[], index: LinkIndex, rules: RuleSet): Decided[] => {
  const choice = choose(linksOf(keys, mail.facts.baseSubject, index, rules), index)
  const thread = choice?.survivor ?? threadStartedBy(mail.message)
  const judgement: Judgement = choice
    ? {
        rule: ruleOf(choice.links),
        evidence: evidenceOf(choice.links),
        confidence: confidenceOf(choice.links),
        rivals: choice.rivals,
      }
    : { rule: 'start', evidence: [], confidence: 'certain', rivals: [] }
  return [
    ...demotions(keys, mail.facts.baseSubject, thread, index, rules),
    ...(choice ? [] : [started(mail, thread, null)]),
    threaded(mail, thread, judgement, keys, index, rules),
    ...(choice ? merged(choice, mail.message, index) : []),
  ]
}

const started = (mail: IncomingMail, thread: ThreadId, relation: Relation | null): Decided => ({
  type: 'ThreadStarted',
  thread,
  data: { message: mail.message, order: mail.order, subject: mail.facts.subject, relation },
})

const threaded = (
  mail: IncomingMail,
  thread: ThreadId,
  judgement: Judgement,
  keys: LinkKey[],
  index: LinkIndex,
  rules: RuleSet,
): Threaded => {
  const { facts } = mail
  return {
    type: 'MessageThreaded',
    thread,
    data: {
      ...judgement,
      message: mail.message,
      inbox: mail.inbox,
      role: mail.role,
      direction: mail.direction,
      keys: heldKeys(keys, facts.baseSubject, index, rules),
      messageId: facts.messageId,
      aliases: facts.aliases,
      inReplyTo: facts.inReplyTo,
      references: facts.references,
      parent: namedParent(facts),
      subject: facts.subject,
      baseSubject: facts.baseSubject,
      subjectKind: facts.subjectKind,
      kind: facts.kind,
      listId: facts.listId,
      forward: facts.subjectKind === 'forward',
      from: facts.from,
      replyTo: facts.replyTo,
      to: facts.to,
      cc: facts.cc,
      sentAt: sentAt(mail),
      date: facts.date,
      receivedAt: mail.receivedAt,
      snippet: mail.snippet,
      attachments: mail.attachments,
      size: mail.size,
      digest: facts.digest,
      threadIndex: facts.threadIndex,
      read: isReadFromTheStart(mail),
      input: mail.input,
    },
  }
}
