import { threadIndexGuid, topicConversationId } from '@skein/mail'
import { subjectsOf, type Client, type SimulatedMail } from './simulate-client.js'

/** What MAPI takes off a subject: up to three letters, a colon and a space, once ([MS-OXCMAIL] §2.2.3.2.6.1). */
const MAPI_PREFIX = /^\p{L}{1,3}: /u

/** Exchange looks at an index only if its first octet is 1 ([MS-OXOMSG] §2.2.1.2), as it is for times until 2057. */
const STARTS_WITH_1 = /^A[Q-Za-f]/

/** The topic; a Thread-Topic that the subject does not end with is left over from another one ([MS-OXCMAIL] §2.2.3.2.7). */
const topicOf = ({ subject, threadTopic }: SimulatedMail): string =>
  threadTopic !== null && subject.endsWith(threadTopic) ? threadTopic : subject.replace(MAPI_PREFIX, '').trim()

/**
 * The conversation id that Exchange computes, 32 hex digits ([MS-OXOMSG] §2.2.1.2): the GUID of the Thread-Index, else MD5 of
 * the topic; `null` where there is neither. A mail without an index and an index whose GUID is that MD5 so meet.
 */
export const outlookConversationId = (mail: SimulatedMail): string | null => {
  const guid = indexGuid(mail)
  const topic = topicOf(mail)
  return guid ?? (topic === '' ? null : topicConversationId(topic))
}

const indexGuid = ({ threadIndex }: SimulatedMail): string | null =>
  threadIndex !== null && STARTS_WITH_1.test(threadIndex) ? threadIndexGuid(threadIndex) : null

/** Outlook on Exchange and Microsoft 365, Graph: the conversation id, and the subject. Message-IDs play no part. */
export const outlook: Client = {
  name: 'Outlook, Exchange and Graph',
  sureness: 'specification',
  keys: (mail) => {
    const id = outlookConversationId(mail)
    return id === null ? [] : [id, ...subjectsOf(mail).map((subject) => `${id} ${subject}`)]
  },
  tie: (mail, folder) => {
    const id = outlookConversationId(mail)
    if (id === null) return { rule: 'no-topic', because: 'It has neither a Thread-Index nor a subject.', to: null }
    const isIndexed = indexGuid(mail) !== null
    const by = isIndexed ? 'the GUID of its Thread-Index' : 'the MD5 of its subject, as it has no Thread-Index'
    const [same] = subjectsOf(mail).flatMap((subject) => folder.first(`${id} ${subject}`) ?? [])
    if (same !== undefined) {
      const because = `Its conversation id, ${by}, is that of an earlier mail with the same subject.`
      return { rule: isIndexed ? 'thread-index' : 'topic', because, to: same }
    }
    if (folder.first(id) !== undefined) {
      const because = `An earlier mail has its conversation id, ${by}, but the subject is another: “${mail.subject}”.`
      return { rule: 'other-subject', because, to: null }
    }
    const because = `No earlier mail has its conversation id, ${by}.`
    return { rule: isIndexed ? 'new-index' : 'new-topic', because, to: null }
  },
}

const wholeKey = (threadIndex: string): string => `index:${threadIndex}`

/** Outlook for Windows on an IMAP account, by what its users report: only an index that grows keeps mails together. */
export const outlookImap: Client = {
  name: 'Outlook desktop on IMAP',
  sureness: 'reports',
  keys: (mail) => {
    const guid = indexGuid(mail)
    return guid === null || mail.threadIndex === null ? [] : [guid, wholeKey(mail.threadIndex)]
  },
  tie: (mail, folder) => {
    const guid = indexGuid(mail)
    if (guid === null || mail.threadIndex === null)
      return { rule: 'no-index', because: 'It has no Thread-Index, so it opens a conversation.', to: null }
    const copied = folder.first(wholeKey(mail.threadIndex))
    if (copied !== undefined && folder.at(copied).messageId !== mail.messageId) {
      const because = 'Its Thread-Index is that of an earlier mail, unchanged, so it opens a conversation.'
      return { rule: 'copied-index', because, to: null }
    }
    const same = folder.first(guid)
    return same === undefined
      ? { rule: 'new-index', because: 'No earlier mail has the GUID of its Thread-Index.', to: null }
      : { rule: 'thread-index', because: 'Its Thread-Index has the GUID of an earlier mail.', to: same }
  },
}
