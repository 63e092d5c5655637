import type { Decided, LinkKeys, ThreadId } from '@skein/events'
import { sentAt, type IncomingMail } from './incoming-mail.js'
import { namedParent } from './parent.js'

export type Threaded = Extract<Decided, { type: 'MessageThreaded' }>
/** Why a mail is where it is. */
export type Judgement = Pick<Threaded['data'], 'rule' | 'evidence' | 'confidence' | 'rivals'>

/** What machines answer by themselves: nobody has to read it. */
export const isAutomatic = ({ facts }: IncomingMail): boolean =>
  facts.kind === 'bounce' || facts.kind === 'receipt' || facts.kind === 'auto-reply'

/** That, and our own mail. */
export const isReadFromTheStart = (mail: IncomingMail): boolean => mail.direction === 'out' || isAutomatic(mail)

/** The event of a mail that takes its place in a thread. */
export const threaded = (mail: IncomingMail, thread: ThreadId, judgement: Judgement, keys: LinkKeys): Threaded => {
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
      keys,
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
