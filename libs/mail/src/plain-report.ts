import { parseAddresses } from './address.js'
import type { DeliveryReport } from './facts.js'

/** Characters and lines of the text that are looked at, and recipients that are kept. */
const TEXT_LIMIT = 64 * 1024
const LINE_LIMIT = 1_000
const RECIPIENT_LIMIT = 100

/** Where the returned mail begins: what follows is somebody else's words. */
const isReturned = (line: string): boolean =>
  line.startsWith('---')
    ? /copy|original|returned|forwarded|below/i.test(line)
    : /^(?:return-path|received|message-id):/i.test(line)
/** The server is still trying: sendmail, Exim, Postfix, qmail's and Microsoft's words for it. */
const STILL_TRYING = [
  /\bwarning message only\b/i,
  /\bwarning: could not send message for past\b/i,
  /\b(?:has not yet|could not yet|not yet) been delivered\b/i,
  /\bwill (?:continue to try|keep trying|be retried)\b/i,
  /\bdelivery (?:attempts will continue|to the following recipients has been delayed)\b/i,
]
const DELAY_SUBJECT =
  /^(?:warning: (?:message \S+ delayed|could not send)|delivery (?:delayed|status notification \(delay\)))/i
/** It has given up: Exim's, qmail's, sendmail's and Gmail's words. */
const GIVEN_UP = [
  /\bpermanent(?:ly)? (?:fatal )?(?:errors?|failure|failed)\b/i,
  /\bgiven up\b/i,
  /\bcould not be delivered\b/i,
  /\bunable to deliver\b/i,
  /\bundeliverable\b/i,
  /\bdelivery (?:has )?failed\b/i,
  /\buser unknown\b/i,
]
/** `550 5.1.1 no such user` or `(#5.1.1)`: never a bare `5.1.1`, which may be a version. */
const STATUS = /(?:\b[45]\d\d[ -]|#)([45]\.\d{1,3}\.\d{1,3})(?![\d.])/
/** `<ann@example.org>:` (qmail, sendmail), or an address alone in an indented line (Exim). */
const ADDRESS_LINE = /^(?:\s*<([^<>\s]{3,320})>(?::.*|\.\.\..*)?|\s+([^<>\s:;,]{3,320}))$/

/** What a bounce without a status part says, in its own words. */
export const readPlainReport = (report: {
  subject: string
  words: string
  /** X-Failed-Recipients, as Exim and Gmail write it. */
  recipients: readonly string[]
}): DeliveryReport | null => {
  const lines = linesBeforeReturnedMail(report.words)
  const text = lines.join('\n')
  const isGivenUp = report.recipients.length > 0
  // Gmail names the recipients of a delay as those of a failure, but the subject says what it is
  const isDelay = DELAY_SUBJECT.test(report.subject) || (!isGivenUp && STILL_TRYING.some((words) => words.test(text)))
  const status = STATUS.exec(text)?.[1] ?? null
  const hasFailed =
    report.recipients.length > 0 || status?.startsWith('5') || GIVEN_UP.some((words) => words.test(text))
  if (!isDelay && !hasFailed) return null
  const named = isGivenUp ? report.recipients : lines.flatMap(addressOf)
  return {
    action: isDelay ? 'delayed' : 'failed',
    status,
    recipients: [...new Set(named)].slice(0, RECIPIENT_LIMIT),
  }
}

const linesBeforeReturnedMail = (words: string): string[] => {
  const lines = words
    .slice(0, TEXT_LIMIT)
    .split(/\r\n|\r|\n/)
    .map((line) => line.slice(0, LINE_LIMIT).trimEnd())
  const end = lines.findIndex((line) => isReturned(line))
  return end < 0 ? lines : lines.slice(0, end)
}

const addressOf = (line: string): string[] => {
  const [, bracketed, alone] = ADDRESS_LINE.exec(line) ?? []
  const [found] = parseAddresses(bracketed ?? alone ?? '')
  return found?.address.includes('@') ? [found.address] : []
}
