import { Controller, Get, Param, Query, StreamableFile } from '@nestjs/common'
import { QueryBus } from '@nestjs/cqrs'
import { Caller, Describe, type CallerOf } from '@skein/http'
import { z } from 'zod'
import { disposition, safeType } from './attachment-headers.js'
import { DiagnoseMessage } from './diagnose-message.js'
import { diagnosis, explanation, type DiagnosisJson, type ExplanationJson } from './answers/reasons.js'
import { ExplainMessage, GetMessage, ReadAttachment, ReadRawMail } from './get-message.js'
import { message, type MessageJson } from './answers/message.js'
import { messageQuery, noQuery, type MessageQuery } from './params.js'

const attachmentParams = z.object({ id: z.string(), n: z.coerce.number().int().min(1).max(100_000) })

const tag = 'messages'

@Controller('v1/messages/:id')
export class MessagesController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Describe({ summary: 'Get a message', tag, answers: { 200: message } })
  get(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Query({ schema: messageQuery }) params: MessageQuery,
  ): Promise<MessageJson> {
    return this.queries.execute(new GetMessage(caller, id, params))
  }

  @Get('explain')
  @Describe({ summary: 'Why a message is where it is', tag, answers: { 200: explanation } })
  explain(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Query({ schema: noQuery }) _: object,
  ): Promise<ExplanationJson> {
    return this.queries.execute(new ExplainMessage(caller, id))
  }

  @Get('diagnosis')
  @Describe({
    summary: 'What keeps a message in its thread, and what of it is broken',
    tag,
    answers: { 200: diagnosis },
  })
  diagnosis(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Query({ schema: noQuery }) _: object,
  ): Promise<DiagnosisJson> {
    return this.queries.execute(new DiagnoseMessage(caller, id))
  }

  @Get('raw')
  @Describe({ summary: 'The mail as it came', tag, answers: { 200: null }, answerType: 'message/rfc822' })
  async raw(@Caller() caller: CallerOf, @Param('id') id: string, @Query({ schema: noQuery }) _: object) {
    const raw = await this.queries.execute(new ReadRawMail(caller, id))
    return new StreamableFile(raw, {
      type: 'message/rfc822',
      disposition: disposition(`${id}.eml`),
      length: raw.length,
    })
  }

  @Get('attachments/:n')
  @Describe({ summary: 'An attachment', tag, answers: { 200: null }, answerType: 'application/octet-stream' })
  async attachment(
    @Caller() caller: CallerOf,
    @Param({ schema: attachmentParams }) { id, n }: z.infer<typeof attachmentParams>,
    @Query({ schema: noQuery }) _: object,
  ) {
    const { filename, contentType, content } = await this.queries.execute(new ReadAttachment(caller, id, n))
    const name = filename ?? `attachment-${n}`
    return new StreamableFile(content, {
      type: safeType(contentType),
      disposition: disposition(name),
      length: content.length,
    })
  }
}
