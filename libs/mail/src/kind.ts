import type { Address, MailKind, SubjectKind } from './facts.js'
import { allTexts, fieldsNamed, firstText, type HeaderBlock } from './header-block.js'
import type { ContentType } from './content-type.js'

/** What the kind of a mail follows from. */
export interface KindEvidence {
  block: HeaderBlock
  contentType: ContentType
  from: readonly Address[]
  subjectKind: SubjectKind
  isAbsence: boolean
  hasCalendar: boolean
  /** A part that reports on delivery or disposition, whatever the top type says. */
  reportParts: ReadonlySet<string>
  listId: string | null
}

const VALUE_LIMIT = 1_000

const valueOf = (block: HeaderBlock, name: string): string =>
  (firstText(block, name, VALUE_LIMIT) ?? '').split(/[;(]/, 1)[0]!.trim().toLowerCase()

const has = (block: HeaderBlock, name: string): boolean => fieldsNamed(block, name).length > 0

const isReport = ({ contentType, reportParts }: KindEvidence, type: string, parts: readonly string[]): boolean => {
  if (contentType.type === 'multipart/report' && contentType.params.get('report-type')?.toLowerCase() === type)
    return true
  return parts.some(
    (part) => contentType.type === part || (contentType.type === 'multipart/report' && reportParts.has(part)),
  )
}

const localPart = (address: string): string => address.split('@', 1)[0]!.toLowerCase()

/** Names under which servers report what they could not deliver. */
const MAILER_NAMES = new Set(['mailer-daemon', 'mail-daemon', 'mailerdaemon', 'mail_daemon'])

const hasNullReturnPath = (block: HeaderBlock): boolean => {
  const paths = allTexts(block, 'return-path', VALUE_LIMIT)
  return paths.length > 0 && paths[0]!.replace(/\s+/g, '') === '<>'
}

/** From MAILER-DAEMON with a null return path (RFC 5321 §6.1); from a postmaster only with the subject of a failure. */
const isFromMailer = ({ block, from, subjectKind, isAbsence }: KindEvidence): boolean => {
  const isMailer = from.some(
    ({ address, name }) => MAILER_NAMES.has(localPart(address)) || MAILER_NAMES.has(name.toLowerCase()),
  )
  const isPostmaster = from.some(({ address }) => localPart(address) === 'postmaster')
  if (isMailer) return hasNullReturnPath(block) || !has(block, 'return-path')
  return isPostmaster && subjectKind === 'automatic' && !isAbsence
}

const isBounce = (evidence: KindEvidence): boolean =>
  isReport(evidence, 'delivery-status', ['message/delivery-status', 'message/global-delivery-status']) ||
  has(evidence.block, 'x-failed-recipients') ||
  isFromMailer(evidence)

const isReceipt = (evidence: KindEvidence): boolean =>
  isReport(evidence, 'disposition-notification', [
    'message/disposition-notification',
    'message/global-disposition-notification',
  ])

/** Fields whose mere presence says that an absence responder wrote the mail. */
const RESPONDER_FIELDS = [
  'x-autoreply',
  'x-autorespond',
  'x-autoresponse',
  'x-auto-reply-from',
  'x-mail-autoreply',
  'x-vacation',
]
const AUTO_REPLY_PRECEDENCE = new Set(['auto_reply', 'auto-reply', 'autoreply'])

/**
 * Written by a machine in answer to a mail: `auto-replied` (RFC 3834 §5), fields of responders, or a mail that says it
 * is automatic and has a subject such as `Out of Office:`. `auto-generated` alone is a notification, which people want
 * to read.
 */
const isAutoReply = ({ block, isAbsence }: KindEvidence, autoSubmitted: string): boolean => {
  if (autoSubmitted === 'auto-replied') return true
  if (RESPONDER_FIELDS.some((name) => has(block, name) && valueOf(block, name) !== 'no')) return true
  if (AUTO_REPLY_PRECEDENCE.has(valueOf(block, 'precedence'))) return true
  return isAbsence && (autoSubmitted !== '' || has(block, 'x-auto-response-suppress') || hasNullReturnPath(block))
}

const isList = ({ block, listId }: KindEvidence): boolean =>
  listId !== null || has(block, 'list-post') || valueOf(block, 'precedence') === 'list'

/** Auto-Submitted (RFC 3834 §5) in lower case, empty where it is missing or `no`. */
const readAutoSubmitted = (block: HeaderBlock): string => {
  const value = valueOf(block, 'auto-submitted')
  return value === 'no' ? '' : value
}

/** What sort of mail this is, the first that fits, and whether a machine sent it without a person's doing. */
export const readKind = (evidence: KindEvidence): { kind: MailKind; autoSubmitted: boolean } => {
  const autoSubmitted = readAutoSubmitted(evidence.block)
  const automatic = (kind: MailKind) => ({ kind, autoSubmitted: true })
  if (isBounce(evidence)) return automatic('bounce')
  if (isReceipt(evidence)) return automatic('receipt')
  if (isAutoReply(evidence, autoSubmitted)) return automatic('auto-reply')
  const kind = evidence.hasCalendar ? 'calendar' : isList(evidence) ? 'list' : 'normal'
  return { kind, autoSubmitted: autoSubmitted !== '' }
}
