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

/** Messages of one conversation; the next one opens another. */
const CONVERSATION_LIMIT = 100
/** So long without References, people and subject tie a mail to the conversation. */
const WEEK_MS = 7 * 24 * 3_600_000

const addresses = (people: SimulatedMail['to']): string[] => people.map(({ address }) => address.toLowerCase())

const senderKey = (mail: SimulatedMail): string => `from:${addresses(mail.from).join()} ${mail.baseSubject}`
const recipientsKey = (mail: SimulatedMail): string =>
  `to:${[...new Set(addresses([...mail.to, ...mail.cc]))].sort().join()} ${mail.baseSubject}`

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
  const start = { rule: 'start', because: 'It names no earlier mail, and none is like it.', to: null }
  if (mail.baseSubject === '') return start
  const sender = mail.from.length > 0 ? folder.last(senderKey(mail)) : undefined
  const recipients = mail.to.length + mail.cc.length > 0 ? folder.last(recipientsKey(mail)) : undefined
  const near = [sender, recipients].find((place) => place !== undefined && isWithinWeek(mail, place, folder))
  if (near !== undefined) {
    const who = near === sender ? 'sender' : 'recipients'
    return joined(near, 'same-subject', `Same ${who} and same subject within 7 days, and no References.`, folder)
  }
  if (sender === undefined && recipients === undefined) return start
  return { rule: 'too-late', because: 'Same people and same subject, but not within 7 days.', to: null }
}

/**
 * Gmail, by its text on threading of 29 March 2019 and its API's guide to threads. A reply joins the mail that it names if the
 * subject is the same; References that name nothing known keep a mail apart, unless other mails name the same id; only without
 * References do people and subject count.
 */
export const gmail: Client = {
  name: 'Gmail',
  sureness: 'vendor text',
  keys: (mail) => [...idKeys(mail, namedIds(mail)), senderKey(mail), recipientsKey(mail)],
  tie: (mail, folder) => {
    const named = namedIds(mail)
    const known = [...foundUnder(named, ownKey, folder), ...foundUnder(mail.references, namedKey, folder)]
    const [nearest] = known
    const same = known.find(({ place }) => folder.at(place).baseSubject === mail.baseSubject)
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
