import type { SubjectKind } from './facts.js'

/** What mailers in many languages put before the subject of a reply, without the colon. */
const REPLY = `re reply aw antwort sv vs vá antw betreft beantw ref réf rép r rif res resp resposta rta odp odpověď ynt yanıt
  απ σχετ השב رد bls balas atb отв на від 回复 回覆 答复 答覆 返信 답장 회신 trl जवाब`

/** And of a forwarded mail. `rv` is in use for both; as Outlook writes it in Spanish it is a forward. */
const FORWARD = `fw fwd forward wg weiterleitung wtr vb vl továbbítás doorst tr i inoltra enc rv pd přeposláno ilt ynl πρθ
  הועבר إعادة_توجيه trs yml fs пересл 转发 轉寄 轉發 転送 전달 chuyển_tiếp`

/** And of the answer of an absence responder. */
const ABSENCE = `automatic_reply auto-reply autoreply auto_reply automatische_antwort out_of_office out_of_office_autoreply
  abwesenheitsnotiz réponse_automatique respuesta_automática risposta_automatica resposta_automática automatisch_antwoord`

/** And of other mail that no person wrote: bounces, receipts, invitations and answers to them. */
const NOTICE = `undeliverable undelivered_mail undelivered_mail_returned_to_sender delivery_status_notification_(failure)
  mail_delivery_failed read gelesen lu accepted declined tentative canceled cancelled updated_invitation invitation zugesagt
  abgelehnt accepté refusé`

/**
 * Prefixes that are words or initials as well: they count only directly before a colon, and only where the caller has a
 * further reason.
 */
const WEAK = new Set(['r', 'i', 'fs', 'pd', 'vb', 'tr', 'rv'])

/** Tags that gateways put before the subject of outside mail or of spam. They say nothing of the conversation. */
export const NOISE_TOKENS: readonly string[] = [
  '[external]',
  '[ext]',
  '[extern]',
  '[external email]',
  '[external sender]',
  '[extern]:',
  '***spam***',
  '**spam**',
  '[spam]',
  '[sec=…]',
  '[dlm=…]',
]

export interface Prefix {
  kind: Exclude<SubjectKind, 'plain'>
  isWeak: boolean
  /** Whether an absence responder writes it. */
  isAbsence: boolean
}

const wordsOf = (list: string): string[] => list.split(/\s+/).map((word) => word.replaceAll('_', ' '))

/** A prefix as it is looked up: NFKC, lower case, the Turkish i with or without its dot taken as one. */
export const prefixKey = (word: string): string =>
  word.normalize('NFKC').toLowerCase().replaceAll('i\u0307', 'i').replaceAll('ı', 'i')

const entries = (list: string, kind: Prefix['kind'], isAbsence = false): [string, Prefix][] =>
  wordsOf(list).map((word) => [prefixKey(word), { kind, isWeak: WEAK.has(word), isAbsence }])

/** Known prefixes by their key. */
export const PREFIXES: ReadonlyMap<string, Prefix> = new Map([
  ...entries(REPLY, 'reply'),
  ...entries(FORWARD, 'forward'),
  ...entries(ABSENCE, 'automatic', true),
  ...entries(NOTICE, 'automatic'),
])

/** Characters of the longest prefix. */
export const LONGEST_PREFIX = Math.max(...[...PREFIXES.keys()].map((key) => key.length))
