import { Controller, Get, Inject, Query } from '@nestjs/common'
import { Caller, type CallerOf } from '@skein/http'
import type { Inbox, Log } from '@skein/log'
import { noQuery } from './params.js'
import { PARTS, type QueryParts } from './parts.js'

export const DIRECTORY = Symbol('DIRECTORY')

const inboxJson = ({ id, space, name, address, aliases }: Inbox) => ({ id, space, name, address, aliases })

/** Who the caller is, and what it may look at. */
@Controller('v1')
export class AccountController {
  constructor(
    @Inject(PARTS) private readonly parts: QueryParts,
    @Inject(DIRECTORY) private readonly directory: Log['directory'],
  ) {}

  @Get('me')
  me(@Caller() caller: CallerOf, @Query({ schema: noQuery }) _: object) {
    const { id, name } = this.directory.account(caller.account) ?? { id: caller.account, name: null }
    return { key: caller.key, scopes: caller.scopes, account: { id, name } }
  }

  @Get('inboxes')
  inboxes(@Caller() caller: CallerOf, @Query({ schema: noQuery }) _: object) {
    return { inboxes: this.parts.access.inboxes(caller.account).map(inboxJson) }
  }
}
