import { Inject } from '@nestjs/common'
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs'
import type { ReceivedRecord } from '@skein/events'
import { notFound, Problem, type CallerOf } from '@skein/http'
import { readAttachment } from '@skein/mime'
import type { MessageDetail } from '@skein/views'
import type { ExplanationJson } from './answers/reasons.js'
import { explanation } from './explanation.js'
import type { MessageJson } from './answers/message.js'
import { messageJson } from './message-json.js'
import type { MessageQuery } from './params.js'
import { PARTS, type QueryParts } from './parts.js'
import { readAwaited } from './positions.js'

export class GetMessage extends Query<MessageJson> {
  constructor(
    readonly caller: CallerOf,
    readonly id: string,
    readonly params: MessageQuery,
  ) {
    super()
  }
}
/** Why a message is where it is. */
export class ExplainMessage extends Query<ExplanationJson> {
  constructor(
    readonly caller: CallerOf,
    readonly id: string,
  ) {
    super()
  }
}
/** The mail as it came, octet for octet. */
export class ReadRawMail extends Query<Uint8Array> {
  constructor(
    readonly caller: CallerOf,
    readonly id: string,
  ) {
    super()
  }
}
export interface AttachmentContent {
  readonly filename: string | null
  readonly contentType: string
  readonly content: Uint8Array
}
export class ReadAttachment extends Query<AttachmentContent> {
  constructor(
    readonly caller: CallerOf,
    readonly id: string,
    readonly n: number,
  ) {
    super()
  }
}

const messageSeen = async (caller: CallerOf, id: string, { access }: QueryParts): Promise<MessageDetail> => {
  const message = await access.message(caller, id)
  if (!message) throw notFound('message', id)
  return message
}

const recordOf = async (message: MessageDetail, { log }: QueryParts): Promise<ReceivedRecord> => {
  const { sequence } = message.input
  const record = (await log.recordsAt(message.partition, [sequence])).get(sequence)
  if (record && !message.erased) return record
  throw new Problem(410, 'mail-gone', 'The mail is gone', `The log has the mail of ${message.id} no more.`)
}

export const getMessage = async ({ caller, id, params }: GetMessage, parts: QueryParts): Promise<MessageJson> => {
  const { access, log, positions } = parts
  if (params.wait_for !== undefined) {
    await positions.wait(readAwaited(params.wait_for, access.partitionsOf(caller), log.partitions))
  }
  return messageJson(await messageSeen(caller, id, parts), (inbox) => access.addressOf(inbox))
}

export const explainMessage = async ({ caller, id }: ExplainMessage, parts: QueryParts): Promise<ExplanationJson> => {
  const message = await messageSeen(caller, id, parts)
  return explanation(message, await parts.views.notes(message))
}

export const readRawMail = async ({ caller, id }: ReadRawMail, parts: QueryParts): Promise<Uint8Array> =>
  parts.log.readRaw((await recordOf(await messageSeen(caller, id, parts), parts)).raw)

export const readAttachmentOf = async (
  { caller, id, n }: ReadAttachment,
  parts: QueryParts,
): Promise<AttachmentContent> => {
  const message = await messageSeen(caller, id, parts)
  if (!message.body?.attachments.some((one) => one.n === n)) throw notFound('attachment', `${n} of ${id}`)
  const raw = await parts.log.readRaw((await recordOf(message, parts)).raw)
  const { meta, content } = await readAttachment(raw, n)
  return { filename: meta.filename, contentType: meta.contentType, content }
}

@QueryHandler(GetMessage)
export class GetMessageHandler implements IQueryHandler<GetMessage> {
  constructor(@Inject(PARTS) private readonly parts: QueryParts) {}
  execute(query: GetMessage): Promise<MessageJson> {
    return getMessage(query, this.parts)
  }
}
@QueryHandler(ExplainMessage)
export class ExplainMessageHandler implements IQueryHandler<ExplainMessage> {
  constructor(@Inject(PARTS) private readonly parts: QueryParts) {}
  execute(query: ExplainMessage): Promise<ExplanationJson> {
    return explainMessage(query, this.parts)
  }
}
@QueryHandler(ReadRawMail)
export class ReadRawMailHandler implements IQueryHandler<ReadRawMail> {
  constructor(@Inject(PARTS) private readonly parts: QueryParts) {}
  execute(query: ReadRawMail): Promise<Uint8Array> {
    return readRawMail(query, this.parts)
  }
}
@QueryHandler(ReadAttachment)
export class ReadAttachmentHandler implements IQueryHandler<ReadAttachment> {
  constructor(@Inject(PARTS) private readonly parts: QueryParts) {}
  execute(query: ReadAttachment): Promise<AttachmentContent> {
    return readAttachmentOf(query, this.parts)
  }
}
