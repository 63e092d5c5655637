import { Controller, Get, Param, Query, StreamableFile } from '@nestjs/common'
import { QueryBus } from '@nestjs/cqrs'
import { Caller, type CallerOf } from '@skein/http'
import { z } from 'zod'
import { disposition, safeType } from './attachment-headers.js'
import { DiagnoseMessage, type Diagnosis } from './diagnose-message.js'
import type { Explanation } from './explanation.js'
import { ExplainMessage, GetMessage, ReadAttachment, ReadRawMail } from './get-message.js'
import type { MessageAnswer } from './message-json.js'
import { messageQuery, noQuery, type MessageQuery } from './params.js'

const attachmentParams = z.object({ id: z.string(), n: z.coerce.number().int().min(1).max(100_000) })

@Controller('v1/messages/:id')
export class MessagesController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  get(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Query({ schema: messageQuery }) params: MessageQuery,
  ): Promise<MessageAnswer> {
    return this.queries.execute(new GetMessage(caller, id, params))
  }

  @Get('explain')
  explain(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Query({ schema: noQuery }) _: object,
  ): Promise<Explanation> {
    return this.queries.execute(new ExplainMessage(caller, id))
  }

  @Get('diagnosis')
  diagnosis(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Query({ schema: noQuery }) _: object,
  ): Promise<Diagnosis> {
    return this.queries.execute(new DiagnoseMessage(caller, id))
  }

  @Get('raw')
  async raw(@Caller() caller: CallerOf, @Param('id') id: string, @Query({ schema: noQuery }) _: object) {
    const raw = await this.queries.execute(new ReadRawMail(caller, id))
    return new StreamableFile(raw, {
      type: 'message/rfc822',
      disposition: disposition(`${id}.eml`),
      length: raw.length,
    })
  }

  @Get('attachments/:n')
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
