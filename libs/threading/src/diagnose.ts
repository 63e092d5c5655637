import { threadIndexDistance, type MailFacts } from '@skein/mail'

export type Verdict = 'good' | 'doubtful' | 'broken' | 'not there'

/** One of the five checks of a broken thread. */
export interface Check {
  check: 'message-id' | 'in-reply-to' | 'references' | 'subject' | 'thread-index'
  verdict: Verdict
  found: string
  /** How to mend it; `null` where nothing has to be. */
  mend: string | null
}

export interface Diagnosis {
  messageId: string
  subject: string
  checks: Check[]
}

/** An id as somebody might have copied it: whatever the case, brackets, quotes and white space. */
const sloppy = (id: string): string => id.toLowerCase().replace(/[\s<>"']+/g, '')

/** The mails that a mail is looked at among; found by id, and by what an id was meant to be. */
export class KnownMails {
  readonly #byId = new Map<string, MailFacts[]>()
  readonly #bySloppyId = new Map<string, string>()

  add(facts: MailFacts): void {
    for (const id of [facts.messageId, ...facts.aliases]) {
      const known = this.#byId.get(id)
      if (known) known.push(facts)
      else this.#byId.set(id, [facts])
      if (!this.#bySloppyId.has(sloppy(id))) this.#bySloppyId.set(sloppy(id), id)
    }
  }

  under(id: string): readonly MailFacts[] {
    return this.#byId.get(id) ?? []
  }

  /** A known id that differs from this one only in what people and programs get wrong. */
  nearly(id: string): string | null {
    const known = this.#bySloppyId.get(sloppy(id))
    return known !== undefined && known !== id ? known : null
  }
}

const check = (name: Check['check'], verdict: Verdict, found: string, mend: string | null = null): Check => ({
  check: name,
  verdict,
  found,
  mend,
})

const messageIdCheck = (facts: MailFacts, known: KnownMails): Check => {
  if (facts.synthetic)
    return check(
      'message-id',
      'broken',
      'The mail has no Message-ID.',
      'The sending program has to write one: nobody can answer a mail that has no name.',
    )
  const others = known.under(facts.messageId).filter((other) => other.digest !== facts.digest)
  if (others.length > 0)
    return check(
      'message-id',
      'broken',
      `<${facts.messageId}> stands in ${others.length + 1} different mails.`,
      'The sending program has to make a new Message-ID for each mail; a counter or a fixed text is not enough.',
    )
  return check('message-id', 'good', `<${facts.messageId}> is there, and no other mail has it.`)
}

const parentOf = (facts: MailFacts, known: KnownMails): MailFacts | undefined =>
  [...facts.inReplyTo, ...facts.references.toReversed()].flatMap((id) => known.under(id))[0]

const looksLikeAnswer = (facts: MailFacts): boolean => facts.subjectKind === 'reply' || facts.references.length > 0

const inReplyToCheck = (facts: MailFacts, known: KnownMails): Check => {
  const [id] = facts.inReplyTo
  if (id === undefined)
    return looksLikeAnswer(facts)
      ? check(
          'in-reply-to',
          'doubtful',
          'It looks like an answer, but has no In-Reply-To.',
          'The answering program has to copy the Message-ID of the mail that it answers into In-Reply-To.',
        )
      : check('in-reply-to', 'not there', 'It has no In-Reply-To, and looks like the first mail of a conversation.')
  const found = facts.inReplyTo.find((one) => known.under(one).length > 0)
  if (found !== undefined) return check('in-reply-to', 'good', `It answers <${found}>, and that mail is there.`)
  const meant = known.nearly(id)
  if (meant !== null)
    return check(
      'in-reply-to',
      'broken',
      `It answers <${id}>, but the mail is called <${meant}>.`,
      'The id has to be copied to the letter: capitals and all, with nothing added and nothing cut.',
    )
  return check(
    'in-reply-to',
    'doubtful',
    `It answers <${id}>, and no mail here has that id.`,
    'Either that mail never came here, or its Message-ID was changed on its way (see what the provider does to Message-IDs).',
  )
}

const referencesCheck = (facts: MailFacts, known: KnownMails): Check => {
  const { references } = facts
  if (references.length === 0)
    return facts.inReplyTo.length > 0
      ? check(
          'references',
          'doubtful',
          'It answers a mail, but has no References.',
          'References has to be those of the answered mail, and then its Message-ID: then a thread holds even where a mail is missing.',
        )
      : check('references', 'not there', 'It has no References.')
  const parent = parentOf(facts, known)
  const meant = references.map((id) => known.nearly(id)).find((id) => id !== null)
  if (meant !== undefined && known.under(references.at(-1) ?? '').length === 0)
    return check(
      'references',
      'broken',
      `One of its References is nearly <${meant}>, but not to the letter.`,
      'Ids have to be copied as they are; a line break inside of one breaks it.',
    )
  if (!parent)
    return check(
      'references',
      'doubtful',
      `None of its ${references.length} References is a mail that is here.`,
      'Nothing has to be done if the conversation began elsewhere.',
    )
  const own = new Set(references)
  const lost = [...parent.references, parent.messageId].filter((id) => !own.has(id))
  if (lost.length === 0)
    return check(
      'references',
      'good',
      `Its ${references.length} References hold all that the answered mail names, and that mail.`,
    )
  return lost.includes(parent.messageId)
    ? check(
        'references',
        'broken',
        `Its References leave out the mail that it answers, <${parent.messageId}>.`,
        'The Message-ID of the answered mail has to be the last of References.',
      )
    : check(
        'references',
        'doubtful',
        `Its References leave out ${lost.length} of those of the answered mail.`,
        'Programs may shorten References, but have to keep the first and the last ones.',
      )
}

const subjectCheck = (facts: MailFacts, known: KnownMails): Check => {
  const parent = parentOf(facts, known)
  if (!parent)
    return check(
      'subject',
      'not there',
      `The mail that it answers is not here, so “${facts.subject}” compares with nothing.`,
    )
  if (parent.baseSubject === facts.baseSubject)
    return check('subject', 'good', `“${facts.subject}” is the subject of the answered mail.`)
  return check(
    'subject',
    'doubtful',
    `The answered mail has the subject “${parent.subject}”, this one “${facts.subject}”.`,
    'Gmail and Outlook start a new conversation with a new subject. Keep it, with nothing but “Re: ” before it.',
  )
}

const threadIndexCheck = (facts: MailFacts, known: KnownMails): Check => {
  const parent = parentOf(facts, known)
  if (facts.threadIndex === null)
    return parent?.threadIndex
      ? check(
          'thread-index',
          'doubtful',
          'The answered mail has a Thread-Index, this one has none.',
          'Outlook may show it as a conversation of its own. Send the index of the answered mail, extended by one block.',
        )
      : check('thread-index', 'not there', 'It has no Thread-Index. Only Outlook looks at it.')
  if (!parent?.threadIndex)
    return check('thread-index', 'good', 'Its Thread-Index is well-formed; there is none to compare it with.')
  const distance = threadIndexDistance(parent.threadIndex, facts.threadIndex)
  if (distance === 1)
    return check('thread-index', 'good', 'Its Thread-Index is that of the answered mail, extended by one block.')
  if (distance === 0)
    return check(
      'thread-index',
      'broken',
      'Its Thread-Index is that of the answered mail, not extended.',
      'An answer has to add a block of five octets: Outlook takes a copied index for a new conversation.',
    )
  return distance > 1
    ? check(
        'thread-index',
        'doubtful',
        `Its Thread-Index extends that of the answered mail by ${distance} blocks.`,
        'An answer adds one block; it may answer a mail in between that is not here.',
      )
    : check(
        'thread-index',
        'broken',
        'Its Thread-Index belongs to another conversation than that of the answered mail.',
        'An answer has to keep the index of the mail that it answers, and extend it.',
      )
}

/** The five checks of a broken thread for one mail, among the mails that are known: what was found, and how to mend it. */
export const diagnose = (facts: MailFacts, known: KnownMails): Diagnosis => ({
  messageId: facts.messageId,
  subject: facts.subject,
  checks: [
    messageIdCheck(facts, known),
    inReplyToCheck(facts, known),
    referencesCheck(facts, known),
    subjectCheck(facts, known),
    threadIndexCheck(facts, known),
  ],
})
