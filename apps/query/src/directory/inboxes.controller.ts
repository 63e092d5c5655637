import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common'
import { Caller, ChanceOf, Describe, Idempotent, Needs, type CallerOf, type Chance } from '@skein/http'
import { noQuery } from '../params.js'
import {
  changeInbox,
  getInbox,
  inboxJson,
  inboxList,
  inboxPatch,
  listInboxes,
  makeInbox,
  newInbox,
  removeInbox,
  type InboxJson,
  type InboxList,
  type InboxPatch,
  type NewInbox,
} from './inboxes.js'
import { pageQuery, type PageQuery } from './pages.js'
import { DIRECTORY, type DirectoryParts } from './parts.js'

const tag = 'inboxes'

/** Addresses that receive and send. */
@Controller('v1/inboxes')
export class InboxesController {
  constructor(@Inject(DIRECTORY) private readonly parts: DirectoryParts) {}

  @Get()
  @Describe({ summary: 'List inboxes', tag, answers: { 200: inboxList } })
  list(@Caller() caller: CallerOf, @Query({ schema: pageQuery }) query: PageQuery): InboxList {
    return listInboxes(this.parts.directory, caller, query)
  }

  @Post()
  @Needs('admin')
  @Idempotent()
  @Describe({ summary: 'Make an inbox', tag, answers: { 201: inboxJson } })
  make(
    @Caller() caller: CallerOf,
    @Body({ schema: newInbox }) body: NewInbox,
    @ChanceOf() chance: Chance,
    @Query({ schema: noQuery }) _: object,
  ): Promise<InboxJson> {
    return makeInbox(this.parts.directory, caller, body, chance)
  }

  @Get(':id')
  @Describe({ summary: 'Get an inbox', tag, answers: { 200: inboxJson } })
  get(@Caller() caller: CallerOf, @Param('id') id: string, @Query({ schema: noQuery }) _: object): InboxJson {
    return getInbox(this.parts.directory, caller, id)
  }

  @Patch(':id')
  @Needs('admin')
  @Describe({ summary: 'Change an inbox', tag, answers: { 200: inboxJson } })
  change(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Body({ schema: inboxPatch }) patch: InboxPatch,
    @Query({ schema: noQuery }) _: object,
  ): Promise<InboxJson> {
    return changeInbox(this.parts.directory, caller, id, patch)
  }

  @Delete(':id')
  @Needs('admin')
  @HttpCode(204)
  @Describe({
    summary: 'Delete an inbox',
    detail:
      'It gets no more mail and its names are free again; its mail stays, for keys of the space or the whole account.',
    tag,
    answers: { 204: null },
  })
  remove(@Caller() caller: CallerOf, @Param('id') id: string, @Query({ schema: noQuery }) _: object): Promise<void> {
    return removeInbox(this.parts.directory, caller, id)
  }
}
