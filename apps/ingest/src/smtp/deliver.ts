import type { LogPosition } from '@skein/events'
import type { Inbox } from '@skein/log'
import type { Arrival, Copy } from '../accept-mail.js'
import { SmtpRefusal, smtpRefusal } from './smtp-reply.js'

/** One mail of a session with everybody whom it is for. */
export interface SmtpMail extends Required<Arrival> {
  raw: Uint8Array
  /** Empty for the null reverse path of reports (RFC 5321 §4.5.5). */
  from: string
  to: readonly string[]
}

export interface DeliverParts {
  inboxFor: (address: string) => Inbox | undefined
  accept: (raw: Uint8Array, copies: readonly Copy[], arrival: Arrival) => Promise<readonly LogPosition[]>
  /** Keeps what is for nobody here, to be looked at; `null` where such mail is not taken. */
  keep: ((mail: SmtpMail) => Promise<LogPosition>) | null
}

/** Positions that a reply names: its line has room for no more. */
const MOST_NAMED = 10

/**
 * Stores a mail for each inbox that it is for, one copy an inbox, and says where. There is one reply for all recipients: when
 * not every copy could be stored, the sender is told to come again, and what is there already is not there twice then.
 * @throws SmtpRefusal
 */
export const deliver = async (mail: SmtpMail, { inboxFor, accept, keep }: DeliverParts): Promise<string> => {
  const { copies, others } = copiesOf(mail, inboxFor)
  const { raw, trace, isTrusted } = mail
  try {
    if (others.length > 0 && keep === null) throw new SmtpRefusal(451, `Nobody has the address ${others[0]} any more`)
    const stored = copies.length === 0 ? [] : [...(await accept(raw, copies, { trace, isTrusted }))]
    if (others.length > 0 && keep !== null) stored.push(await keep({ ...mail, to: others }))
    const places = stored.slice(0, MOST_NAMED).map(({ stream, sequence }) => `${stream}:${sequence}`)
    return `Stored at ${places.join(' ')}`
  } catch (error) {
    throw smtpRefusal(error)
  }
}

/** Several addresses of one inbox get one copy; what nobody has the address of stands by itself. */
const copiesOf = ({ from, to }: SmtpMail, inboxFor: DeliverParts['inboxFor']) => {
  const copies = new Map<string, { inbox: Inbox; envelope: { from: string; to: string[] } }>()
  const others: string[] = []
  for (const address of to) {
    const inbox = inboxFor(address)
    if (inbox === undefined) others.push(address)
    else {
      const copy = copies.get(inbox.id) ?? { inbox, envelope: { from, to: [] } }
      copy.envelope.to.push(address)
      copies.set(inbox.id, copy)
    }
  }
  return { copies: [...copies.values()], others }
}
