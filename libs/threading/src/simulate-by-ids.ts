import {
  bracketed,
  foundUnder,
  idKeys,
  namedIds,
  namedKey,
  ownKey,
  type Client,
  type Folder,
  type SimulatedMail,
  type Tie,
} from './simulate-client.js'

/** The one ids lead to: each in turn to its mail, else to whom names it too; last, to whoever names this mail. */
const tieByIds = (mail: SimulatedMail, named: readonly string[], folder: Folder): Tie | null => {
  for (const id of named) {
    const [own] = foundUnder([id], ownKey, folder)
    if (own) return { rule: 'reply', because: `It names ${bracketed(id)}, an earlier mail.`, to: own.place }
    const [also] = foundUnder([id], namedKey, folder)
    const because = `It names ${bracketed(id)}, which has not come, but which an earlier mail names too.`
    if (also) return { rule: 'same-reference', because, to: also.place }
  }
  const [answer] = mail.synthetic ? [] : foundUnder([mail.messageId], namedKey, folder)
  return answer ? { rule: 'answered', because: 'An earlier mail names it: it came late.', to: answer.place } : null
}

const start = (named: readonly string[]): Tie =>
  named.length === 0
    ? { rule: 'start', because: 'It names no mail.', to: null }
    : { rule: 'unknown-references', because: 'It names only mails that nobody here has or names.', to: null }

/** References, and In-Reply-To only where there are none: Thunderbird keeps one list. */
const kept = ({ references, inReplyTo }: SimulatedMail): string[] =>
  (references.length > 0 ? references : inReplyTo).toReversed()

/**
 * Thunderbird, by `nsMsgDatabase::ThreadNewHdr` with its defaults (strict and correct threading): the subject plays no part,
 * and two threads never merge. It looks within one folder; the given mails count as one.
 */
export const thunderbird: Client = {
  name: 'Thunderbird',
  sureness: 'code',
  keys: (mail) => idKeys(mail, kept(mail)),
  tie: (mail, folder) => tieByIds(mail, kept(mail), folder) ?? start(kept(mail)),
}

const subjectKey = ({ baseSubject }: SimulatedMail): string => `subject:${baseSubject}`

/** Apple Mail on macOS and iOS, as far as anybody knows: ids, and the subject only for mails that name none. */
export const apple: Client = {
  name: 'Apple Mail',
  sureness: 'thin',
  keys: (mail) => [...idKeys(mail, namedIds(mail)), ...(mail.baseSubject === '' ? [] : [subjectKey(mail)])],
  tie: (mail, folder) => {
    const named = namedIds(mail)
    const alike = named.length === 0 ? folder.last(subjectKey(mail)) : undefined
    const because = 'It names no mail, and an earlier one has the same subject.'
    const bySubject = alike === undefined ? null : { rule: 'same-subject', because, to: alike }
    return tieByIds(mail, named, folder) ?? bySubject ?? start(named)
  },
}
