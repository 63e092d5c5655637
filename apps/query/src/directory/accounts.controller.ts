import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common'
import { Caller, ChanceOf, Describe, Idempotent, Needs, type CallerOf, type Chance } from '@skein/http'
import { noQuery } from '../params.js'
import {
  accountBody,
  accountJson,
  accountList,
  changeAccount,
  getAccount,
  listAccounts,
  makeAccount,
  removeAccount,
  type AccountBody,
  type AccountJson,
  type AccountList,
} from './accounts.js'
import { pageQuery, type PageQuery } from './pages.js'
import { DIRECTORY, type DirectoryParts } from './parts.js'

const tag = 'accounts'

/** Tenants. The operator's key makes them; every key sees its own. */
@Controller('v1/accounts')
export class AccountsController {
  constructor(@Inject(DIRECTORY) private readonly parts: DirectoryParts) {}

  @Get()
  @Describe({ summary: 'List accounts', tag, answers: { 200: accountList } })
  list(@Caller() caller: CallerOf, @Query({ schema: pageQuery }) query: PageQuery): AccountList {
    return listAccounts(this.parts.directory, caller, query)
  }

  @Post()
  @Needs('admin')
  @Idempotent()
  @Describe({ summary: 'Make an account', detail: 'For operator keys.', tag, answers: { 201: accountJson } })
  make(
    @Caller() caller: CallerOf,
    @Body({ schema: accountBody }) body: AccountBody,
    @ChanceOf() chance: Chance,
    @Query({ schema: noQuery }) _: object,
  ): Promise<AccountJson> {
    return makeAccount(this.parts.directory, caller, body, chance)
  }

  @Get(':id')
  @Describe({ summary: 'Get an account', tag, answers: { 200: accountJson } })
  get(@Caller() caller: CallerOf, @Param('id') id: string, @Query({ schema: noQuery }) _: object): AccountJson {
    return getAccount(this.parts.directory, caller, id)
  }

  @Patch(':id')
  @Needs('admin')
  @Describe({ summary: 'Rename an account', tag, answers: { 200: accountJson } })
  change(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Body({ schema: accountBody }) body: AccountBody,
    @Query({ schema: noQuery }) _: object,
  ): Promise<AccountJson> {
    return changeAccount(this.parts.directory, caller, id, body)
  }

  @Delete(':id')
  @Needs('admin')
  @HttpCode(204)
  @Describe({
    summary: 'Delete an account',
    detail: 'For operator keys. 409 while it has spaces; its keys, webhooks and transports go with it.',
    tag,
    answers: { 204: null },
  })
  remove(@Caller() caller: CallerOf, @Param('id') id: string, @Query({ schema: noQuery }) _: object): Promise<void> {
    return removeAccount(this.parts.directory, caller, id)
  }
}
