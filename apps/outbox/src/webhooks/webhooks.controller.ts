import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common'
import { Caller, Describe, Needs, type CallerOf } from '@skein/http'
import { z } from 'zod'
import { OUTBOX, type OutboxParts } from '../parts.js'
import { attemptList, attemptsQuery, listAttempts, type AttemptList, type AttemptsQuery } from './list-attempts.js'
import { replay, replayAnswer, replayBody, type ReplayAnswer, type ReplayBody } from './replay.js'
import { sendTest, testAnswer, type TestAnswer } from './send-test.js'
import { WebhookSender } from './sender.js'

const noQuery = z.strictObject({})

/** What was sent to webhooks, and sending it again. */
@Controller('v1/webhooks')
export class WebhooksController {
  constructor(
    @Inject(OUTBOX) private readonly parts: OutboxParts,
    @Inject(WebhookSender) private readonly sender: WebhookSender,
  ) {}

  @Get(':id/attempts')
  @Needs('admin')
  @Describe({
    summary: 'List what was tried with a webhook',
    detail: 'Newest first, of the last 30 days.',
    tag: 'webhooks',
    answers: { 200: attemptList },
  })
  attempts(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Query({ schema: attemptsQuery }) query: AttemptsQuery,
  ): Promise<AttemptList> {
    return listAttempts(this.parts.log, caller, id, query)
  }

  @Post(':id/replay')
  @HttpCode(202)
  @Needs('admin')
  @Describe({
    summary: 'Send events to a webhook again',
    detail: 'One event or a range, each under the id that it had, with fresh signatures, and tried like a new one.',
    tag: 'webhooks',
    answers: { 202: replayAnswer },
  })
  replay(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Body({ schema: replayBody }) body: ReplayBody,
    @Query({ schema: noQuery }) _: object,
  ): Promise<ReplayAnswer> {
    return replay(this.parts.log, this.sender, caller, { id, body })
  }

  @Post(':id/test')
  @HttpCode(200)
  @Needs('admin')
  @Describe({
    summary: 'Send a test event to a webhook',
    detail: 'Once, also where it is switched off; answers what came back.',
    tag: 'webhooks',
    answers: { 200: testAnswer },
  })
  test(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Query({ schema: noQuery }) _: object,
  ): Promise<TestAnswer> {
    return sendTest(this.parts.log, this.sender, caller, id)
  }
}
