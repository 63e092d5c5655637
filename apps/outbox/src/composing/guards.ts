import { badRequest, Problem } from '@skein/http'
import type { OutboxParts } from '../parts.js'
import { transportFor, type TransportChoice } from '../sending/transport-for.js'
import { soon } from './access.js'
import type { Draft } from './draft.js'

const HOUR_MS = 60 * 60 * 1_000
/** Mails of ours in one thread within an hour: past that two machines are talking to one another. */
const LOOP_AUTOMATIC = 20
const LOOP_ANY = 200

/** @throws Problem 400 where nobody or too many get it */
export const checkRecipients = ({ recipients }: Pick<Draft, 'recipients'>, most: number): void => {
  const count = recipients.to.length + recipients.cc.length + recipients.bcc.length
  if (count === 0) {
    const own = recipients.reasons.filter(({ field }) => field === 'left out').map(({ address }) => address)
    const why = own.length === 0 ? '' : ` (${own.join(', ')} are addresses of ours)`
    throw badRequest(`to: nobody would get this mail${why}.`, {
      field: 'to',
      fix: 'Name a recipient in to, cc or bcc.',
    })
  }
  if (count > most)
    throw badRequest(`to: the mail has ${count} recipients.`, {
      field: 'to',
      fix: `Send to at most ${most}.`,
      limit: most,
    })
}

/** A machine does not answer a machine (RFC 3834 §2), whichever way it says what it answers. @throws Problem 409 */
export const checkAutomatic = ({ about, named, words }: Pick<Draft, 'about' | 'named' | 'words'>): void => {
  const answered = about.kind === 'reply' ? about.answered : named
  if (answered === null || !words.auto_submitted) return
  const { kind, autoSubmitted } = answered.facts
  if (!autoSubmitted && (kind === 'normal' || kind === 'calendar')) return
  const what = kind === 'normal' ? 'says that it was sent automatically' : `is of the kind ${kind}`
  throw new Problem(409, 'automatic-mail', 'Automatic mail is not answered automatically', `The mail ${what}.`, {
    field: 'auto_submitted',
    fix: 'Let a person answer it, and leave auto_submitted out.',
  })
}

/** By what the mail leaves. @throws Problem 409 */
export const needTransport = async (
  parts: Pick<OutboxParts, 'log' | 'settings'>,
  { inbox }: Pick<Draft, 'inbox'>,
): Promise<TransportChoice> => {
  const found = await soon(() => transportFor(parts.log.directory, inbox, parts.settings))
  if (found !== null) return found
  const detail = `Neither the inbox ${inbox.id} nor the domain of ${inbox.address} has a transport, and the instance has none for all.`
  throw new Problem(409, 'no-transport', 'Nothing can send this mail', detail, {
    fix: 'Make one with POST /v1/transports, for the domain or named by the inbox; or set SKEIN_DEFAULT_TRANSPORT.',
  })
}

const secondsUntilLater = (oldest: string | null, now: number): number =>
  Math.max(1, Math.ceil(((oldest === null ? now : Date.parse(oldest)) + HOUR_MS - now) / 1_000))

/**
 * The limits within an hour, counted in the views and so over all processes; mails of the last moment may not be counted yet.
 * @throws Problem 429
 */
export const checkRates = async (
  { views, settings, now }: Pick<OutboxParts, 'settings' | 'now'> & { views: Pick<OutboxParts['views'], 'countSent'> },
  { inbox, about, named }: Pick<Draft, 'inbox' | 'about' | 'named'>,
): Promise<void> => {
  const time = now().getTime()
  const since = new Date(time - HOUR_MS).toISOString()
  const thread = about.answered?.thread.id ?? named?.message.thread
  if (thread !== undefined) {
    const { all, automatic, oldestAt } = await views.countSent({ thread }, since)
    if (automatic > LOOP_AUTOMATIC || all > LOOP_ANY)
      throw new Problem(
        429,
        'loop-breaker',
        'The thread goes round in a circle',
        `${all} mails of ours left in this thread within an hour, ${automatic} of them automatic.`,
        {
          fix: 'Look at the thread: two machines may be answering one another.',
          retry_after: secondsUntilLater(oldestAt, time),
        },
      )
  }
  const limits = [
    { by: { inbox: inbox.id }, most: settings.inboxPerHour, whose: `The inbox ${inbox.id}` },
    { by: { account: inbox.account }, most: settings.accountPerHour, whose: 'The account' },
  ]
  for (const { by, most, whose } of limits) {
    const { all, oldestAt } = await views.countSent(by, since)
    if (all < most) continue
    throw new Problem(429, 'rate-limited', 'Too many mails', `${whose} sent ${all} mails within an hour.`, {
      fix: `Wait: ${most} an hour is the limit.`,
      retry_after: secondsUntilLater(oldestAt, time),
      limit: most,
    })
  }
}
