import { replyReferences, replySubject, type MailFacts } from '@skein/mail'
import { bracketed, broken, holds, unclear, type Finding } from './diagnose-finding.js'
import type { KnownMails } from './diagnose-ids.js'

/** So many ids are enough where the middle of a long chain was left out, which senders may do to keep headers short. */
const ENOUGH_REFERENCES = 10

const namesNobody = ({ inReplyTo, references, bareIds = [] }: MailFacts): boolean =>
  inReplyTo.length + references.length + bareIds.length === 0

/** A mail that names nobody: right for a first mail, wrong for one that says `Re:`. */
const silent = (mail: MailFacts, check: 'in-reply-to' | 'references', header: string): Finding => {
  if (mail.subjectKind !== 'reply')
    return holds(check, `There is no ${header} header, and nothing says that this is a reply.`)
  const found = `There is no ${header} header, though the subject says that this is a reply.`
  return broken(check, found, `When answering, send ${header} with the Message-ID of the mail that is answered.`)
}

export const checkMessageId = (mail: MailFacts, known: KnownMails): Finding => {
  if (mail.synthetic) {
    const found = 'There is no Message-ID, so no answer can name this mail.'
    return broken('message-id', found, 'Give every mail a Message-ID of its own before it is sent (RFC 5322 §3.6.4).')
  }
  const [other] = known.othersUnder(mail)
  const id = bracketed(mail.messageId)
  if (!other) return holds('message-id', `${id} is there, and no other mail among ${known.count} has it.`)
  const found = `${id} is also the id of another mail, “${other.subject}” of ${other.date ?? 'an unknown date'}.`
  return broken(
    'message-id',
    found,
    'Make a new Message-ID for each mail; never reuse that of a template or a resent mail.',
  )
}

export const checkInReplyTo = (mail: MailFacts, known: KnownMails): Finding => {
  const [id, ...further] = mail.inReplyTo
  if (id === undefined) return withoutInReplyTo(mail, known)
  const exact = known.mail(id)
  const missed = exact ? null : known.nearMiss(id)
  if (missed) {
    const meant = missed.meant.messageId
    const found = `It names ${bracketed(id)}, which is ${bracketed(meant)} ${missed.difference}.`
    return broken('in-reply-to', found, `Send In-Reply-To: ${bracketed(meant)}, copied to the letter.`, meant)
  }
  if (further.length > 0) {
    const found = `It names ${mail.inReplyTo.length} ids; most programs look at one only.`
    return broken('in-reply-to', found, 'Name only the mail that is answered; the others belong into References.')
  }
  if (exact) return holds('in-reply-to', `It names ${bracketed(id)}, which is there: “${exact.subject}”.`)
  const found = `It names ${bracketed(id)}, which is none of the ${known.count} mails that are there, nor close to one.`
  const mend = 'If that mail should be here, look at its Message-ID as it was received: a server may have replaced it.'
  return unclear('in-reply-to', found, mend)
}

const withoutInReplyTo = (mail: MailFacts, known: KnownMails): Finding => {
  const last = mail.references.at(-1)
  if (last !== undefined) {
    const found = `There is no In-Reply-To, though References ends with ${bracketed(last)}.`
    return broken('in-reply-to', found, `Send In-Reply-To: ${bracketed(last)} too: some programs read only that.`)
  }
  const loose = mail.bareIds?.find((id) => known.mail(id))
  if (loose === undefined) return silent(mail, 'in-reply-to', 'In-Reply-To')
  const found = `${loose} stands there without its brackets, so most programs do not see it.`
  return broken('in-reply-to', found, `Send In-Reply-To: ${bracketed(loose)}.`, loose)
}

export const checkReferences = (mail: MailFacts, answered: MailFacts | null): Finding => {
  if (namesNobody(mail)) return silent(mail, 'references', 'References')
  if (answered) return chain(mail, answered)
  const [id] = mail.inReplyTo
  if (id !== undefined && mail.references.at(-1) !== id) {
    const found = `References does not end with ${bracketed(id)}, which In-Reply-To names.`
    return broken('references', found, 'Send the References of the answered mail, and then its Message-ID.')
  }
  return unclear('references', 'The answered mail is not there, so nobody can tell what its References were.')
}

/** References as a reply to that mail should have them, however long. */
const fullChain = (answered: MailFacts): string[] => replyReferences(answered, Number.MAX_SAFE_INTEGER)

const chain = (mail: MailFacts, answered: MailFacts): Finding => {
  const expected = fullChain(answered)
  const header = `References: ${replyReferences(answered).map(bracketed).join(' ')}`
  const mend = `Send the References of the answered mail, and then its Message-ID: ${header}`
  const last = mail.references.at(-1)
  if (last !== answered.messageId && !answered.synthetic) {
    const end = last === undefined ? 'is missing' : `ends with ${bracketed(last)}`
    return broken(
      'references',
      `References ${end}, not with ${bracketed(answered.messageId)}.`,
      mend,
      answered.messageId,
    )
  }
  const named = new Set(mail.references)
  const missing = expected.filter((id) => !named.has(id))
  if (missing.length === 0)
    return holds('references', `It names the whole chain, the answered mail last (ids: ${expected.length}).`)
  const kept = expected.length - missing.length
  if (named.has(expected[0]!) && kept >= ENOUGH_REFERENCES)
    return holds('references', `It names the first and the last of the chain, ${kept} of ${expected.length} mails.`)
  const found = `References lacks ${missing.length} of the ${expected.length} ids of the chain, ${bracketed(missing[0]!)} first.`
  return broken('references', found, mend)
}

export const checkSubject = (mail: MailFacts, answered: MailFacts | null): Finding => {
  if (answered === null)
    return namesNobody(mail)
      ? holds('subject', 'It answers no mail, so there is no subject to keep.')
      : unclear('subject', 'The answered mail is not there, so its subject is not known.')
  if ([mail.baseSubject, mail.looseBaseSubject].includes(answered.baseSubject))
    return holds('subject', `It keeps the subject of the answered mail: “${answered.subject}”.`)
  const found = `The subject is “${mail.subject}”, that of the answered mail “${answered.subject}”.`
  const mend = `Send Subject: ${replySubject(answered.subject)}. Gmail and Outlook begin another conversation otherwise.`
  return broken('subject', found, mend)
}
