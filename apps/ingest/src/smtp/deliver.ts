import type { Accepted, Arrival } from '../accept-mail.js'
import type { Inbox } from '@skein/log'
import { SmtpRefusal, smtpRefusal } from './smtp-reply.js'

/** One mail of a session with everybody whom it is for. */
export interface SmtpMail extends Pick<Arrival, 'trace' | 'isTrusted'> {
  raw: Uint8Array
  /** Empty for the null reverse path of reports (RFC 5321 §4.5.5). */
  from: string
  to: readonly string[]
}

export interface DeliverParts {
  inboxFor: (address: string) => Inbox | undefined
  accept: (raw: Uint8Array, inbox: Inbox, arrival: Arrival) => Promise<Pick<Accepted, 'stream' | 'sequence'>>
  /** Keeps what is for nobody here, to be looked at; `null` where such mail is not taken. */
  keep: ((mail: SmtpMail) => Promise<Pick<Accepted, 'stream' | 'sequence'>>) | null
}

/**
 * Stores a mail for each inbox that it is for, one copy an inbox, and says where. There is one reply for all recipients: when
 * not every copy could be stored, the sender is told to come again, and what is there already is not there twice then.
 * @throws SmtpRefusal
 */
export const deliver = async (mail: SmtpMail, { inboxFor, accept, keep }: DeliverParts): Promise<string> => {
  const { copies, others } = copiesOf(mail.to, inboxFor)
  const { raw, from, trace, isTrusted } = mail
  const stored: string[] = []
  const note = ({ stream, sequence }: Pick<Accepted, 'stream' | 'sequence'>): void =>
    void stored.push(`${stream}:${sequence}`)
  try {
    // one after the other: each is read and held by itself
    for (const { inbox, to } of copies) note(await accept(raw, inbox, { envelope: { from, to }, trace, isTrusted }))
    if (others.length > 0) {
      if (keep === null) throw new SmtpRefusal(451, `Nobody has the address ${others[0]} any more`)
      note(await keep({ ...mail, to: others }))
    }
  } catch (error) {
    const refusal = smtpRefusal(error)
    throw stored.length === 0 ? refusal : new SmtpRefusal(451, refusal.message, refusal.cause)
  }
  return `Stored at ${stored.slice(0, 10).join(' ')}`
}

/** Several addresses of one inbox get one copy; what nobody has the address of stands by itself. */
const copiesOf = (addresses: readonly string[], inboxFor: DeliverParts['inboxFor']) => {
  const byInbox = new Map<string, { inbox: Inbox; to: string[] }>()
  const others: string[] = []
  for (const address of addresses) {
    const inbox = inboxFor(address)
    if (inbox === undefined) {
      others.push(address)
      continue
    }
    const copy = byInbox.get(inbox.id) ?? { inbox, to: [] }
    copy.to.push(address)
    byInbox.set(inbox.id, copy)
  }
  return { copies: [...byInbox.values()], others }
}
