import { Problem, type CallerOf } from '@skein/http'
import { KeyUsedOtherwise, LogUnavailable } from '@skein/log'
import type { NamedMessage } from '@skein/views'
import { newText } from '@skein/mail'
import type { OutboxParts } from '../parts.js'
import { transportFor } from '../sending/transport-for.js'
import { planJson, type PlanAnswer, type SendAnswer } from './answers.js'
import { draftOf, type Asked } from './draft-of.js'
import { checkRates, needTransport } from './guards.js'
import { planMail, type MailPlan } from './mail-plan.js'
import { freshChance, type ChanceOfMail } from './once.js'
import { composedRecordOf, type NewComposedRecord } from './record.js'
import { writeMail } from './write-mail.js'

const tooLarge = (size: number, limit: number): Problem =>
  new Problem(413, 'too-large', 'The mail is too large', `It has ${size} octets as it would leave.`, {
    field: 'attachments',
    fix: `Send at most ${limit} octets, attachments counted in base64.`,
    limit,
  })

interface Composed {
  readonly plan: MailPlan
  readonly raw: Buffer
  readonly record: NewComposedRecord
}

/** Plans the mail, writes it, and reads it back. @throws Problem 400, 404, 409, 413 */
const composed = async (
  parts: OutboxParts,
  caller: CallerOf,
  asked: Asked,
  chance: ChanceOfMail,
): Promise<Composed> => {
  const plan = planMail(await draftOf(parts, caller, asked, chance))
  const raw = await writeMail(plan)
  const { maxMailBytes } = parts.settings
  if (raw.length > maxMailBytes) throw tooLarge(raw.length, maxMailBytes)
  const [facts, bodies] = [await parts.mime.facts(raw), await parts.mime.read(raw)]
  return { plan, raw, record: composedRecordOf(plan, { raw, facts, bodies }, caller) }
}

const used = (id: string): Problem =>
  new Problem(409, 'message-id-used', 'The Message-ID is taken', `The space has a mail with the id <${id}>.`, {
    field: 'message_id',
    fix: 'Use a fresh one, or leave message_id out.',
  })

const answerOf = (
  { plan, record }: Composed,
  at: { stream: string; sequence: number },
  found: NamedMessage | null,
): SendAnswer => {
  const { recipients, about } = plan.draft
  return {
    message_id: found?.id ?? record.message,
    message_id_header: `<${plan.messageId}>`,
    thread_id:
      about.kind === 'forward' && about.asAttachment
        ? null
        : (about.answered?.thread.id ?? plan.draft.named?.message.thread ?? null),
    sequence: `${at.stream}:${at.sequence}`,
    status: 'queued',
    to: [...recipients.to],
    cc: [...recipients.cc],
    bcc: [...recipients.bcc],
    notes: [...plan.notes, ...plan.warnings],
  }
}

/** An id of the caller's own belongs to whoever came with it first: the views do not know yet what came a moment ago. */
const claimId = async ({ log }: OutboxParts, { plan, record }: Composed, chance: ChanceOfMail): Promise<void> => {
  try {
    await log.idempotency.begin(`message-id ${record.space}`, plan.messageId, chance.seed)
  } catch (error) {
    if (error instanceof KeyUsedOtherwise) throw used(plan.messageId)
    throw error
  }
}

/**
 * Composes a mail and stores it; the threader places it and queues it for sending. When this resolves the mail is on disk. A request
 * that comes again after a crash makes the same mail, or finds it. @throws Problem
 */
export const sendMail = async (
  parts: OutboxParts,
  caller: CallerOf,
  asked: Asked,
  chance: ChanceOfMail,
): Promise<SendAnswer> => {
  const mail = await composed(parts, caller, asked, chance)
  await needTransport(parts, mail.plan.draft)
  const found = await parts.views.messageNamed(mail.record.space, mail.plan.messageId)
  const isOurs = found !== null && found.direction === 'out' && (found.id === mail.record.message || !chance.first)
  if (isOurs && asked.body.message_id === undefined) return answerOf(mail, found.input, found)
  if (isOurs && found.id === mail.record.message && !chance.first) return answerOf(mail, found.input, found)
  if (found !== null) throw used(mail.plan.messageId)
  if (chance.first) await checkRates(parts, mail.plan.draft)
  if (asked.body.message_id !== undefined) await claimId(parts, mail, chance)
  try {
    return answerOf(mail, await parts.log.acceptMail({ raw: mail.raw, record: mail.record }), null)
  } catch (error) {
    if (!(error instanceof LogUnavailable)) throw error
    const fix = 'Send it again in a moment, with the same Idempotency-Key.'
    const problem = new Problem(
      503,
      'log-unavailable',
      'The log is away',
      'The mail could not be stored, and was not sent.',
      { fix, retry_after: 1 },
    )
    throw Object.assign(problem, { cause: error })
  }
}

/** What `sendMail` would do; stores and sends nothing. @throws Problem */
export const planOf = async (parts: OutboxParts, caller: CallerOf, asked: Asked): Promise<PlanAnswer> => {
  const { plan, raw, record } = await composed(parts, caller, asked, freshChance(parts.now()))
  const transport = transportFor(parts.log.directory, plan.draft.inbox, parts.settings)
  return planJson(plan, { size: raw.length, text: newText(record.text) }, transport)
}
