import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common'
import { Caller, Describe, hasWholeAccount, mayUse, type CallerOf } from '@skein/http'
import type { Directory, KeptMail, Log } from '@skein/log'
import type { MimeReader } from '@skein/mime'
import type { Response } from 'express'
import { z } from 'zod'
import { refusals } from '../refusals.js'
import { keptListJson, keptMailJson, toKeptJson, toKeptMailJson } from './kept-mail.js'

const MOST = 100
const listQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(MOST).default(50),
  /** `next_cursor` of the page before. */
  cursor: z.coerce.number().int().positive().optional(),
})
const place = z.coerce.number().int().positive()

export interface DevOutboxParts {
  outbox: Pick<Log['devOutbox'], 'list' | 'read'>
  directory: Pick<Directory, 'inbox'>
  mime: Pick<MimeReader, 'read'>
  /** Whether mail to the outside is kept here at all. */
  isKept: boolean
}
export const DEV_OUTBOX = Symbol('DEV_OUTBOX')

/**
 * Mail that would have left for the outside, while somebody develops. A key sees what the inboxes that it may use have sent; the
 * operator's key sees also what came from nobody's inbox.
 */
@Controller('v1/dev/outbox')
export class DevOutboxController {
  constructor(@Inject(DEV_OUTBOX) private readonly parts: DevOutboxParts) {}

  @Get()
  @Describe({ summary: 'List mail that would have left', tag: 'development', answers: { 200: keptListJson } })
  async list(
    @Query({ schema: listQuery }) { limit, cursor }: z.infer<typeof listQuery>,
    @Caller() caller: CallerOf,
  ): Promise<z.infer<typeof keptListJson>> {
    const { outbox, isKept } = this.parts
    if (!isKept) throw refusals.noDevOutbox()
    const own = await outbox.list(caller.account)
    const all = caller.instance ? [...own, ...(await outbox.list(null))].sort((a, b) => b.n - a.n) : own
    const seen = all.filter((mail) => this.maySee(mail, caller) && (cursor === undefined || mail.n < cursor))
    const page = seen.slice(0, limit)
    const next = seen.length > limit ? page.at(-1) : undefined
    return { messages: page.map(toKeptJson), next_cursor: next === undefined ? null : String(next.n) }
  }

  @Get(':n')
  @Describe({ summary: 'Read one of them', tag: 'development', answers: { 200: keptMailJson } })
  async read(
    @Param('n', { schema: place }) n: z.infer<typeof place>,
    @Caller() caller: CallerOf,
  ): Promise<z.infer<typeof keptMailJson>> {
    const { mail, raw } = await this.find(n, caller)
    return toKeptMailJson(mail, raw, await this.parts.mime.read(raw))
  }

  @Get(':n/raw')
  @Describe({
    summary: 'Read one of them octet for octet',
    tag: 'development',
    answers: { 200: null },
    answerType: 'message/rfc822',
  })
  async raw(
    @Param('n', { schema: place }) n: z.infer<typeof place>,
    @Caller() caller: CallerOf,
    @Res() response: Response,
  ): Promise<void> {
    const { raw } = await this.find(n, caller)
    response.type('message/rfc822').send(Buffer.from(raw))
  }

  private async find(n: number, caller: CallerOf): Promise<{ mail: KeptMail; raw: Uint8Array }> {
    const { outbox, isKept } = this.parts
    if (!isKept) throw refusals.noDevOutbox()
    const found = await outbox.read(n)
    if (found === null || !this.maySee(found.mail, caller)) throw refusals.notKept(n)
    return found
  }

  private maySee({ account, inbox }: KeptMail, caller: CallerOf): boolean {
    if (account === null) return caller.instance
    if (account !== caller.account) return false
    const sender = inbox === null ? undefined : this.parts.directory.inbox(inbox)
    return hasWholeAccount(caller) || (sender !== undefined && mayUse(caller, sender))
  }
}
