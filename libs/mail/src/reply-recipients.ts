import type { Address, MailFacts } from './facts.js'

/** How the answering inbox got the mail. */
export type AnsweredRole = 'to' | 'cc' | 'bcc' | 'list'

export interface ReplyRequest {
  parent: Pick<MailFacts, 'from' | 'replyTo' | 'to' | 'cc'>
  /** All addresses of ours: of the inbox, its aliases, and of other inboxes that answer for the same people. */
  own: readonly string[]
  role: AnsweredRole
  toAll: boolean
  /** Addresses that the caller wants copied, beside those that follow from the mail. */
  cc?: readonly Address[]
}

/** Where an address of the answered mail went, and why. */
export interface RecipientReason {
  address: string
  field: 'to' | 'cc' | 'left out'
  reason: string
}

export interface ReplyRecipients {
  to: Address[]
  cc: Address[]
  reasons: RecipientReason[]
}

/**
 * An address as recipients compare: lower case; servers that tell local parts apart by case do not exist outside of the
 * RFC.
 */
const keyOf = (address: string): string => address.toLowerCase()

/** The address without its plus-tag: `support+x@us` reaches whom `support@us` reaches. */
const withoutTag = (address: string): string => {
  const key = keyOf(address)
  const at = key.lastIndexOf('@')
  const plus = key.indexOf('+')
  return plus > 0 && plus < at ? key.slice(0, plus) + key.slice(at) : key
}

interface Proposal {
  person: Address
  field: 'to' | 'cc'
  reason: string
}

const propose = (people: readonly Address[], field: 'to' | 'cc', reason: string): Proposal[] =>
  people.map((person) => ({ person, field, reason }))

/** Who is proposed, in order; the first that names an address decides its field. */
const proposals = ({ parent, role, toAll, cc = [] }: ReplyRequest, isOurs: boolean): Proposal[] => {
  const sender = parent.replyTo.length > 0 ? parent.replyTo : parent.from
  const senderIs = parent.replyTo.length > 0 ? 'Reply-To of the mail' : 'From of the mail'
  const asked = propose(cc, 'cc', 'asked for by the caller')
  const others = toAll ? propose(parent.cc, 'cc', 'Cc of the mail') : []
  if (isOurs) return [...propose(parent.to, 'to', 'To of our own mail'), ...others, ...asked]
  if (role === 'cc')
    return [
      ...propose(parent.to, 'to', 'To of the mail that we were copied on'),
      ...propose(sender, 'cc', senderIs),
      ...others,
      ...asked,
    ]
  const addressed = toAll ? propose(parent.to, 'to', 'To of the mail') : []
  return [...propose(sender, 'to', senderIs), ...addressed, ...others, ...asked]
}

/** Goes through the proposals: our own addresses are left out, nobody is named twice. */
const choose = (proposed: readonly Proposal[], isOwn: (address: string) => boolean): ReplyRecipients => {
  const chosen: ReplyRecipients = { to: [], cc: [], reasons: [] }
  const named = new Set<string>()
  for (const { person, field, reason } of proposed) {
    const { address } = person
    if (named.has(keyOf(address))) continue
    named.add(keyOf(address))
    if (isOwn(address)) chosen.reasons.push({ address, field: 'left out', reason: 'it is an address of ours' })
    else {
      chosen[field].push(person)
      chosen.reasons.push({ address, field, reason })
    }
  }
  return chosen
}

/**
 * Who gets the reply to a mail. Reply-To comes before From; our own mail is answered to its recipients; where we were
 * only copied, to whom the sender addressed it with a copy to him. None of our own addresses, plus-tags or not, and
 * nobody twice. Where that leaves nobody in To, the copied ones move there.
 */
export const replyRecipients = (request: ReplyRequest): ReplyRecipients => {
  const own = new Set(request.own.map(withoutTag))
  const isOwn = (address: string): boolean => own.has(withoutTag(address))
  const isOurs = request.parent.from.some(({ address }) => isOwn(address))
  const chosen = choose(proposals(request, isOurs), isOwn)
  if (chosen.to.length > 0) return chosen
  const moved = chosen.reasons.map((reason) => (reason.field === 'cc' ? { ...reason, field: 'to' as const } : reason))
  return { to: chosen.cc, cc: [], reasons: moved }
}
