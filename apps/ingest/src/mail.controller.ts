import { Controller, HttpCode, Inject, Logger, Param, Post, Query, Req, Res } from '@nestjs/common'
import { CommandBus } from '@nestjs/cqrs'
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices'
import { mailDoorSubject, type Door } from '@skein/events'
import { Caller, Describe, mayUse, Problem, type CallerOf } from '@skein/http'
import type { Request, Response } from 'express'
import { z } from 'zod'
import { AcceptMail, type Accepted, type Copy } from './accept-mail.js'
import { busRefusal, busAnswer, httpAnswer, httpAnswerSchema, type BusAnswer, type HttpAnswer } from './answers.js'
import { DOORS, type DoorParts } from './door-parts.js'
import { readRawMail } from './read-raw-mail.js'
import { inboxOf } from './recipient.js'
import { refusals } from './refusals.js'

/** `import`: old mail that is taken over, and not mail that has just come in. */
const postQuery = z.strictObject({ door: z.enum(['http', 'import']).default('http') })

/** The doors for raw mail: HTTP with a key, and the bus, where the server's permissions say who may send. */
@Controller()
export class MailController {
  private readonly logger = new Logger('MailDoor')

  constructor(
    private readonly commands: CommandBus,
    @Inject(DOORS) private readonly parts: DoorParts,
  ) {}

  /** `id` may be an address of the inbox as well: its own, an alias, a plus-tag, or any at a domain that it catches. */
  @Post('v1/inboxes/:id/mail')
  @HttpCode(202)
  @Describe({
    summary: 'Take in a raw mail',
    detail: 'The answer comes when the mail is on disk; which thread it belongs to is decided after that.',
    tag: 'mail',
    answers: { 202: httpAnswerSchema },
    bodyTypes: ['message/rfc822', 'message/global'],
  })
  async post(
    @Param('id') id: string,
    @Query({ schema: postQuery }) query: z.infer<typeof postQuery>,
    @Caller() caller: CallerOf,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<HttpAnswer> {
    const { directory } = this.parts
    const inbox = directory.inbox(id) ?? inboxOf(directory, id)
    if (!inbox || !mayUse(caller, inbox)) throw refusals.noSuchInbox(id)
    const { raw, done } = await readRawMail(request, this.parts.settings.maxMailBytes, this.parts.room)
    try {
      const accepted = await this.accept(raw, { inbox, sentTo: id }, query.door)
      response.setHeader('Location', `/v1/messages/${accepted.message}`)
      return httpAnswer(accepted)
    } finally {
      done()
    }
  }

  @MessagePattern(mailDoorSubject('*'))
  async receive(@Payload() raw: Uint8Array, @Ctx() context: { subject: string }): Promise<BusAnswer> {
    try {
      const id = context.subject.slice(mailDoorSubject('*').length - 1)
      const inbox = this.parts.directory.inbox(id)
      if (!inbox) throw refusals.noSuchInbox(id)
      return busAnswer(await this.accept(raw, { inbox }, 'bus'))
    } catch (error) {
      if (!(error instanceof Problem)) this.logger.error(error)
      return busRefusal(error)
    }
  }

  private async accept(raw: Uint8Array, copy: Copy, door: Door): Promise<Accepted> {
    const [accepted] = await this.commands.execute(new AcceptMail(raw, [copy], door))
    if (accepted === undefined) throw new Error('a mail was accepted, but nowhere stored')
    return accepted
  }
}
