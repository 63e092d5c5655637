import { parseThreadIndex, threadIndexDistance, threadIndexGuid, type MailFacts } from '@skein/mail'
import { broken, holds, unclear, type Finding } from './diagnose-finding.js'
import { outlookConversationId } from './simulate-outlook.js'

const EXTEND = 'Send the Thread-Index of the answered mail with one block of 5 octets more, and its Thread-Topic.'

/** Whether Outlook will keep the mail with the one that it answers. */
export const checkThreadIndex = (mail: MailFacts, answered: MailFacts | null): Finding => {
  if (mail.threadIndex === null) return withoutIndex(answered)
  if (answered === null) return alone(mail.threadIndex)
  return answered.threadIndex === null ? onTopic(mail, answered) : extended(mail.threadIndex, answered.threadIndex)
}

const withoutIndex = (answered: MailFacts | null): Finding => {
  if (answered !== null && answered.threadIndex !== null)
    return broken('thread-index', 'There is no Thread-Index, though the answered mail has one.', EXTEND)
  const found = 'There is no Thread-Index, so Outlook has only the subject to go by.'
  return broken('thread-index', found, 'Send a Thread-Index and a Thread-Topic with the first mail of a conversation.')
}

const alone = (threadIndex: string): Finding => {
  const blocks = parseThreadIndex(threadIndex)?.replies.length ?? 0
  if (blocks === 0) return holds('thread-index', 'It begins a Thread-Index, as a first mail does.')
  return unclear(
    'thread-index',
    `Its Thread-Index is that of reply ${blocks} of a conversation whose mail is not there.`,
  )
}

/** An index meets a mail that has none only where its GUID is the MD5 of that mail's topic. */
const onTopic = (mail: MailFacts, answered: MailFacts): Finding => {
  if (outlookConversationId(mail) === outlookConversationId(answered))
    return holds('thread-index', 'The answered mail has none; its GUID is the one that Exchange makes of that subject.')
  const found =
    'The answered mail has no Thread-Index, and the GUID of this one is not the one that Exchange made for it.'
  return broken('thread-index', found, 'Begin the index with the MD5 of the answered mail’s topic as its GUID.')
}

const extended = (threadIndex: string, parent: string): Finding => {
  const blocks = threadIndexDistance(parent, threadIndex)
  if (blocks === 1) return holds('thread-index', 'It is that of the answered mail with one block more.')
  if (blocks === 0) {
    const found = 'It is that of the answered mail, unchanged; Outlook opens another conversation for that.'
    return broken('thread-index', found, EXTEND)
  }
  if (blocks > 1) return broken('thread-index', `It has ${blocks} blocks more than that of the answered mail.`, EXTEND)
  const isSame = threadIndexGuid(threadIndex) === threadIndexGuid(parent)
  const found = isSame
    ? 'It is of the same conversation, but does not go on from that of the answered mail.'
    : 'It is of another conversation than that of the answered mail: the GUIDs differ.'
  return broken('thread-index', found, EXTEND)
}
