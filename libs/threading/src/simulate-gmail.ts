import {
  bracketed,
  foundUnder,
  idKeys,
  namedIds,
  namedKey,
  ownKey,
  subjectsOf,
  type Client,
  type Folder,
  type SimulatedMail,
  type Tie,
} from './simulate-client.js'

/** Messages of one conversation; the next one opens another. */
const CONVERSATION_LIMIT = 100
/** So long without References, people and subject tie a mail to the conversation. */
const WEEK_MS = 7 * 24 * 3_600_000

const addresses = (people: SimulatedMail['to']): string[] => people.map(({ address }) => address.toLowerCase())

/** Under whom and which subject a mail is looked for that has no References: its sender, its recipients. */
const peopleKeys = (mail: SimulatedMail): string[] => {
  const [sender, recipients] = [addresses(mail.from), [...new Set(addresses([...mail.to, ...mail.cc]))].sort()]
  const subjects = subjectsOf(mail).filter((subject) => subject !== '')
  return [
    ...(sender.length > 0 ? subjects.map((subject) => `from:${sender.join()} ${subject}`) : []),
    ...(recipients.length > 0 ? subjects.map((subject) => `to:${recipients.join()} ${subject}`) : []),
  ]
}

/** Joins the conversation of the mail at `place`, or what goes on with it once it is full. */
const joined = (place: number, rule: string, because: string, folder: Folder): Tie => {
  const { count, last, isOwn } = folder.openConversation(place)
  if (count >= CONVERSATION_LIMIT) {
    const full = `${because} But that conversation has ${CONVERSATION_LIMIT} messages, so a new one opens.`
    return { rule: 'full', because: full, to: null, continues: last }
  }
  if (isOwn) return { rule, because, to: place }
  const continued = `${because} That conversation was full, so this is in the one that goes on with it.`
  return { rule: 'continued', because: continued, to: last }
}

const isWithinWeek = (mail: SimulatedMail, place: number, folder: Folder): boolean => {
  const earlier = folder.at(folder.openConversation(place).last)
  if (mail.date === null || earlier.date === null) return false
  return Math.abs(Date.parse(mail.date) - Date.parse(earlier.date)) <= WEEK_MS
}

/** For mails without References: the same people and the same subject within a week. */
const alike = (mail: SimulatedMail, folder: Folder): Tie => {
  const places = peopleKeys(mail).flatMap((key) => folder.last(key) ?? [])
  const near = places.find((place) => isWithinWeek(mail, place, folder))
  if (near !== undefined) {
    const because = 'Its sender or recipients and its subject are those of an earlier mail within 7 days.'
    return joined(near, 'same-subject', because, folder)
  }
  if (places.length === 0) return { rule: 'start', because: 'It names no earlier mail, and none is like it.', to: null }
  return {
    rule: 'too-late',
    because: 'An earlier mail has the same people and subject, but not within 7 days.',
    to: null,
  }
}

/**
 * Gmail, by its text on threading of 29 March 2019 and its API's guide to threads. A reply joins the mail that it names if the
 * subject is the same; References that name nothing known keep a mail apart, unless other mails name the same id; only without
 * References do people and subject count.
 */
export const gmail: Client = {
  name: 'Gmail',
  sureness: 'vendor text',
  keys: (mail) => [...idKeys(mail, namedIds(mail)), ...peopleKeys(mail)],
  tie: (mail, folder) => {
    const named = namedIds(mail)
    const known = [...foundUnder(named, ownKey, folder), ...foundUnder(mail.references, namedKey, folder)]
    const [nearest] = known
    const subjects = subjectsOf(mail)
    const same = known.find(({ place }) => subjectsOf(folder.at(place)).some((subject) => subjects.includes(subject)))
    if (same) {
      const isReply = folder.at(same.place).messageId === same.id
      const because = isReply
        ? `It names ${bracketed(same.id)}, an earlier mail with the same subject.`
        : `Its References and those of an earlier mail with the same subject name ${bracketed(same.id)}.`
      return joined(same.place, isReply ? 'reply' : 'same-reference', because, folder)
    }
    if (nearest) {
      const because = `It names ${bracketed(nearest.id)}, but has another subject: “${mail.subject}”.`
      return { rule: 'other-subject', because, to: null }
    }
    if (mail.references.length === 0) return alike(mail, folder)
    const because = 'It has References, and they name no earlier mail; then people and subject do not count.'
    return { rule: 'unknown-references', because, to: null }
  },
}
