import { threadIndexGuid, topicConversationId, type MailFacts } from '@skein/mail'
import type { Choice, Client, Seen, SimulatedMail } from './simulation.js'

/** The subject without one prefix of up to three letters (MS-OXCMSG 2.2.1.10), unless the mail says its topic itself. */
export const topicOf = ({ threadTopic, subject }: MailFacts): string =>
  threadTopic ?? subject.trim().replace(/^[^\d\s:]{1,3}:\s+/, '')

const isNew = (rule: string, because: string): Choice => ({ conversation: null, rule, because })

/** Exchange: the GUID of the conversation index with the topic; without an index, a hash of the topic alone. */
class ExchangeMemory {
  readonly #conversations = new Map<string, number>()

  place(mail: SimulatedMail): Choice {
    const { key, what } = this.#keyOf(mail)
    const conversation = this.#conversations.get(key)
    if (conversation === undefined) return isNew('start', `${what} is new`)
    return {
      conversation,
      rule: mail.facts.threadIndex === null ? 'topic' : 'thread-index',
      because: `${what} is known`,
    }
  }

  remember({ mail, conversation }: Seen): void {
    this.#conversations.set(this.#keyOf(mail).key, conversation)
  }

  #keyOf({ facts }: SimulatedMail): { key: string; what: string } {
    const topic = topicConversationId(topicOf(facts))
    const guid = facts.threadIndex === null ? null : threadIndexGuid(facts.threadIndex)
    return guid === null
      ? { key: topic, what: `the topic “${topicOf(facts)}” (it has no Thread-Index)` }
      : {
          key: `${guid} ${topic}`,
          what: `the conversation ${guid} of its Thread-Index with the topic “${topicOf(facts)}”`,
        }
  }
}

/** Outlook for Windows on an IMAP account: only an index that is there, and was extended, continues a conversation. */
class ImapMemory {
  readonly #conversations = new Map<string, number>()
  readonly #indexes = new Set<string>()

  place({ facts }: SimulatedMail): Choice {
    const guid = facts.threadIndex === null ? null : threadIndexGuid(facts.threadIndex)
    if (guid === null || facts.threadIndex === null) return isNew('no-index', 'it has no Thread-Index')
    if (this.#indexes.has(facts.threadIndex))
      return isNew('copied-index', 'its Thread-Index is that of an earlier mail, not extended')
    const conversation = this.#conversations.get(guid)
    return conversation === undefined
      ? isNew('start', `the conversation ${guid} of its Thread-Index is new`)
      : { conversation, rule: 'thread-index', because: `its Thread-Index continues the conversation ${guid}` }
  }

  remember({ mail, conversation }: Seen): void {
    const index = mail.facts.threadIndex
    const guid = index === null ? null : threadIndexGuid(index)
    if (index === null || guid === null) return
    this.#indexes.add(index)
    if (!this.#conversations.has(guid)) this.#conversations.set(guid, conversation)
  }
}

export const outlook: Client = {
  name: 'Outlook with Exchange or Microsoft 365',
  sure: 'specification',
  source: 'MS-OXOMSG 2.2.1.2 and 2.2.1.3',
  start: () => new ExchangeMemory(),
}

export const outlookImap: Client = {
  name: 'Outlook for Windows on IMAP',
  sure: 'reports',
  source: 'reports of users, and what other programs had to mend for it',
  start: () => new ImapMemory(),
}
