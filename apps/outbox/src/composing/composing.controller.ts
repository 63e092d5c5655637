import { Controller, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common'
import { Caller, Describe, Needs, type CallerOf } from '@skein/http'
import type { Request, Response } from 'express'
import { z } from 'zod'
import { OUTBOX, type OutboxParts } from '../parts.js'
import { planAnswer, sendAnswer, type PlanAnswer, type SendAnswer } from './answers.js'
import { planOf, sendMail } from './compose.js'
import type { Asked } from './draft-of.js'
import { forwardBody, replyBody, sendBody } from './mail-request.js'
import { once } from './once.js'
import { readMailRequest } from './read-request.js'

const noQuery = z.strictObject({})
const BODIES = ['application/json', 'multipart/form-data']
const schemas = {
  send: sendBody,
  'thread-reply': replyBody,
  reply: replyBody,
  'reply-all': replyBody,
  forward: forwardBody,
} as const
type Call = Asked['call']

const describe = (summary: string, detail: string, call: Call) =>
  Describe({
    ...{ summary, detail, tag: 'sending', answers: { 202: sendAnswer } },
    ...{ bodyTypes: BODIES, body: schemas[call], idempotent: true },
  })
const describePlan = (summary: string, call: Call) =>
  Describe({
    summary,
    body: schemas[call],
    detail:
      'Recipients, subject, headers, envelope and transport, each with its reason, and warnings. Sends and stores nothing.',
    tag: 'sending',
    answers: { 200: planAnswer },
    bodyTypes: BODIES,
  })
const REPEATED = 'With an Idempotency-Key the same request gets the same answer for a day.'

/** The calls that compose mail. Bodies are read here, after the key was looked at, since mails are larger than commands. */
@Controller('v1')
export class ComposingController {
  constructor(@Inject(OUTBOX) private readonly parts: OutboxParts) {}

  @Post('inboxes/:id/send')
  @HttpCode(202)
  @Needs('send')
  @describe('Send a mail', `A mail of its own, or with thread_id the answer to a thread. ${REPEATED}`, 'send')
  send(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Query({ schema: noQuery }) _: object,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SendAnswer> {
    return this.sent('send', { caller, id, request, response })
  }

  @Post('inboxes/:id/send/plan')
  @HttpCode(200)
  @Needs('send')
  @describePlan('See what a mail would be', 'send')
  planSend(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Query({ schema: noQuery }) _: object,
    @Req() request: Request,
  ): Promise<PlanAnswer> {
    return this.planned('send', { caller, id, request })
  }

  @Post('threads/:id/reply')
  @HttpCode(202)
  @Needs('send')
  @describe('Reply to a thread', `Answers the last message on the main branch. ${REPEATED}`, 'thread-reply')
  replyToThread(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Query({ schema: noQuery }) _: object,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SendAnswer> {
    return this.sent('thread-reply', { caller, id, request, response })
  }

  @Post('threads/:id/reply/plan')
  @HttpCode(200)
  @Needs('send')
  @describePlan('See what a reply to a thread would be', 'thread-reply')
  planThreadReply(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Query({ schema: noQuery }) _: object,
    @Req() request: Request,
  ): Promise<PlanAnswer> {
    return this.planned('thread-reply', { caller, id, request })
  }

  @Post('messages/:id/reply')
  @HttpCode(202)
  @Needs('send')
  @describe(
    'Reply to a message',
    `Answers its sender, or whom he addressed where the inbox was only copied. ${REPEATED}`,
    'reply',
  )
  reply(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Query({ schema: noQuery }) _: object,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SendAnswer> {
    return this.sent('reply', { caller, id, request, response })
  }

  @Post('messages/:id/reply/plan')
  @HttpCode(200)
  @Needs('send')
  @describePlan('See what a reply to a message would be', 'reply')
  planReply(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Query({ schema: noQuery }) _: object,
    @Req() request: Request,
  ): Promise<PlanAnswer> {
    return this.planned('reply', { caller, id, request })
  }

  @Post('messages/:id/reply-all')
  @HttpCode(202)
  @Needs('send')
  @describe('Reply to everybody', `Answers all people of the message but our own addresses. ${REPEATED}`, 'reply-all')
  replyAll(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Query({ schema: noQuery }) _: object,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SendAnswer> {
    return this.sent('reply-all', { caller, id, request, response })
  }

  @Post('messages/:id/reply-all/plan')
  @HttpCode(200)
  @Needs('send')
  @describePlan('See what a reply to everybody would be', 'reply-all')
  planReplyAll(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Query({ schema: noQuery }) _: object,
    @Req() request: Request,
  ): Promise<PlanAnswer> {
    return this.planned('reply-all', { caller, id, request })
  }

  @Post('messages/:id/forward')
  @HttpCode(202)
  @Needs('send')
  @describe('Forward a message', `Below the words with its files, or whole as a file. ${REPEATED}`, 'forward')
  forward(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Query({ schema: noQuery }) _: object,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SendAnswer> {
    return this.sent('forward', { caller, id, request, response })
  }

  @Post('messages/:id/forward/plan')
  @HttpCode(200)
  @Needs('send')
  @describePlan('See what a forward would be', 'forward')
  planForward(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Query({ schema: noQuery }) _: object,
    @Req() request: Request,
  ): Promise<PlanAnswer> {
    return this.planned('forward', { caller, id, request })
  }

  private async asked(call: Call, id: string, request: Request): Promise<Asked> {
    const body: unknown = await readMailRequest(request, schemas[call], this.parts.settings.maxMailBytes)
    return { call, id, body } as Asked
  }

  private async sent(
    call: Call,
    { caller, id, request, response }: { caller: CallerOf; id: string; request: Request; response: Response },
  ): Promise<SendAnswer> {
    const asked = await this.asked(call, id, request)
    const { parts } = this
    const what = { request, caller, body: asked.body, now: parts.now() }
    const { answer, replayed } = await once(parts.log, what, (chance) => sendMail(parts, caller, asked, chance))
    if (replayed) response.setHeader('Idempotency-Replayed', 'true')
    return answer
  }

  private async planned(
    call: Call,
    { caller, id, request }: { caller: CallerOf; id: string; request: Request },
  ): Promise<PlanAnswer> {
    return planOf(this.parts, caller, await this.asked(call, id, request))
  }
}
