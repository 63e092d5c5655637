import type { MailFacts } from '@skein/mail'
import type { Difference } from './partition-agreement.ts'

export interface JudgedMail {
  n: string
  facts: MailFacts
  /** The header block as it stands in the file, as Latin-1. */
  header: string
}

/** Header block of a mail, as text; what is longer than any real one is cut. */
export const headerOf = (raw: Uint8Array): string => {
  const text = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.byteLength, 65_536)).toString('latin1')
  return text.split(/\r?\n\r?\n/, 1)[0] ?? ''
}

const FOLDED_ID = /^(?:message-id|references|in-reply-to):(?:[^\n]|\n[ \t])*<[^<>]*\s[^<>]*>/im
const MOST_CYRUS_REFERENCES = 20
const CYRUS_THREAD = 100

interface Facts {
  rules: string
  program: string
  mails: readonly JudgedMail[]
  difference: Difference
  repeated: ReadonlySet<string>
  people: ReadonlySet<string>
}

const someMail =
  (test: (mail: JudgedMail) => boolean) =>
  ({ mails }: Facts): boolean =>
    mails.some(test)
const hasOtherSubject = ({ mails }: Facts): boolean => new Set(mails.map(({ facts }) => facts.baseSubject)).size > 1
const isCyrus = ({ program }: Facts): boolean => program.startsWith('cyrus')
const joinsMore = ({ difference }: Facts): boolean => difference.ours.length < difference.theirs.length
const isRecycled = ({ facts }: JudgedMail): boolean =>
  facts.inReplyTo.length === 0 && facts.references.length > 0 && facts.subjectKind === 'plain'
const namesBareId = ({ mails }: Facts): boolean => {
  const ids = new Set(mails.map(({ facts }) => facts.messageId))
  return mails.some(({ facts: { bareIds = [] } }) => bareIds.some((id) => ids.has(id)))
}
const namedIn = (mail: JudgedMail): string[] =>
  [...mail.header.matchAll(/<([^<>\s]+@[^<>\s]+)>/g)].map(([, id]) => (id ?? '').toLowerCase())
const ID_LINES = /^(?:in-reply-to|references):(?:[^\n]|\n[ \t])*/gim

/** Why two programs may differ over some mails: the first that fits, from the surest on. */
const CAUSES: [cause: string, fits: (facts: Facts) => boolean][] = [
  ['one id in several mails', ({ mails, repeated }) => mails.some(({ facts }) => repeated.has(facts.messageId))],
  ['no Message-ID, and a copy of a mail that has none', someMail(({ facts }) => facts.synthetic)],
  ['white space inside an id', someMail(({ header }) => FOLDED_ID.test(header))],
  [
    "somebody's address in the place of an id",
    ({ mails, people }) =>
      mails.some((mail) =>
        [...mail.header.matchAll(ID_LINES)].some(([line]) =>
          namedIn({ ...mail, header: line }).some((id) => people.has(id)),
        ),
      ),
  ],
  ['several ids in In-Reply-To', someMail(({ facts }) => facts.inReplyTo.length > 1)],
  ['an id without brackets, of a mail that is there', namesBareId],
  ['another id of a mail (Resent-, X-Original-Message-ID)', someMail(({ facts }) => facts.aliases.length > 0)],
  ['a recycled mail starts a thread', (facts) => facts.rules === 'skein' && facts.mails.some(isRecycled)],
  [
    'Thread-Index alone',
    (facts) => facts.rules === 'skein' && facts.mails.some(({ facts: { threadIndex } }) => threadIndex !== null),
  ],
  [
    'only the first 20 References are looked at there',
    (facts) =>
      isCyrus(facts) && facts.mails.some(({ facts: { references } }) => references.length > MOST_CYRUS_REFERENCES),
  ],
  [
    'a thread ends after 100 mails there',
    (facts) => isCyrus(facts) && facts.difference.theirs.some((group) => group.length >= CYRUS_THREAD),
  ],
  ['threads that a late mail ties together are not merged there', (facts) => isCyrus(facts) && joinsMore(facts)],
  ['base subjects are made differently', (facts) => isCyrus(facts) && hasOtherSubject(facts)],
  [
    'the subject step',
    (facts) => facts.rules === 'rfc5256' && new Set(facts.mails.map(({ facts: { subject } }) => subject)).size > 1,
  ],
]

export const causeOf = (facts: Facts): string => CAUSES.find(([, fits]) => fits(facts))?.[0] ?? 'not known'
