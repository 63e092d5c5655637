import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common'
import { Caller, Describe, Needs, type CallerOf } from '@skein/http'
import { z } from 'zod'
import { OUTBOX, type OutboxParts } from '../parts.js'
import { listOutbox, outboxList, outboxQuery, type OutboxList, type OutboxQuery } from './outbox-list.js'
import {
  decide,
  decidedAnswer,
  reasonBody,
  settleBody,
  type DecidedAnswer,
  type ReasonBody,
  type SettleBody,
} from './settle.js'

const noQuery = z.strictObject({})

/** Mail on its way out, and what a person decides about it. */
@Controller('v1')
export class OutboxController {
  constructor(@Inject(OUTBOX) private readonly parts: OutboxParts) {}

  @Get('outbox')
  @Describe({
    summary: 'List mail that leaves',
    detail: 'Newest first; state=unknown lists the mails that a person has to decide about.',
    tag: 'sending',
    answers: { 200: outboxList },
  })
  list(@Caller() caller: CallerOf, @Query({ schema: outboxQuery }) query: OutboxQuery): Promise<OutboxList> {
    return listOutbox(this.parts, caller, query)
  }

  @Post('messages/:id/cancel')
  @HttpCode(200)
  @Needs('send')
  @Describe({
    summary: 'Call a mail back',
    detail: 'As long as no attempt is under way.',
    tag: 'sending',
    answers: { 200: decidedAnswer },
  })
  cancel(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Query({ schema: noQuery }) _: object,
    @Body({ schema: reasonBody }) { reason }: ReasonBody,
  ): Promise<DecidedAnswer> {
    return decide(this.parts, caller, id, { name: 'CancelSend', reason })
  }

  @Post('messages/:id/resend')
  @HttpCode(200)
  @Needs('send')
  @Describe({
    summary: 'Send a mail again',
    detail: 'Under the same Message-ID: one that failed, or whose outcome is unknown.',
    tag: 'sending',
    answers: { 200: decidedAnswer },
  })
  resend(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Query({ schema: noQuery }) _: object,
    @Body({ schema: reasonBody }) { reason }: ReasonBody,
  ): Promise<DecidedAnswer> {
    return decide(this.parts, caller, id, { name: 'RetrySend', reason })
  }

  @Post('messages/:id/settle')
  @HttpCode(200)
  @Needs('send')
  @Describe({
    summary: 'Say what became of a mail',
    detail: 'For one whose outcome is unknown, after somebody found out.',
    tag: 'sending',
    answers: { 200: decidedAnswer },
  })
  settle(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Query({ schema: noQuery }) _: object,
    @Body({ schema: settleBody }) { as, reason }: SettleBody,
  ): Promise<DecidedAnswer> {
    return decide(this.parts, caller, id, { name: 'SettleSend', as, reason })
  }
}
