import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common'
import { Caller, ChanceOf, Describe, Idempotent, Needs, type CallerOf, type Chance } from '@skein/http'
import { noQuery } from '../params.js'
import {
  changeTransport,
  getTransport,
  listTransports,
  makeTransport,
  newTransport,
  removeTransport,
  transportJson,
  transportList,
  transportPatch,
  type NewTransport,
  type TransportJson,
  type TransportList,
  type TransportPatch,
} from './transports.js'
import { pageQuery, type PageQuery } from './pages.js'
import { DIRECTORY, type DirectoryParts } from './parts.js'

const tag = 'transports'

/** SMTP servers that mail leaves by. Secrets go in, and never out. */
@Controller('v1/transports')
export class TransportsController {
  constructor(@Inject(DIRECTORY) private readonly parts: DirectoryParts) {}

  @Get()
  @Needs('admin')
  @Describe({ summary: 'List transports', tag, answers: { 200: transportList } })
  list(@Caller() caller: CallerOf, @Query({ schema: pageQuery }) query: PageQuery): TransportList {
    return listTransports(this.parts, caller, query)
  }

  @Post()
  @Needs('admin')
  @Idempotent()
  @Describe({ summary: 'Make a transport', tag, answers: { 201: transportJson } })
  make(
    @Caller() caller: CallerOf,
    @Body({ schema: newTransport }) body: NewTransport,
    @ChanceOf() chance: Chance,
    @Query({ schema: noQuery }) _: object,
  ): Promise<TransportJson> {
    return makeTransport(this.parts, caller, body, chance)
  }

  @Get(':id')
  @Needs('admin')
  @Describe({ summary: 'Get a transport', tag, answers: { 200: transportJson } })
  get(@Caller() caller: CallerOf, @Param('id') id: string, @Query({ schema: noQuery }) _: object): TransportJson {
    return getTransport(this.parts, caller, id)
  }

  @Patch(':id')
  @Needs('admin')
  @Describe({ summary: 'Change a transport', tag, answers: { 200: transportJson } })
  change(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Body({ schema: transportPatch }) patch: TransportPatch,
    @Query({ schema: noQuery }) _: object,
  ): Promise<TransportJson> {
    return changeTransport(this.parts, caller, id, patch)
  }

  @Delete(':id')
  @Needs('admin')
  @HttpCode(204)
  @Describe({
    summary: 'Delete a transport',
    detail: '409 while an inbox sends by it.',
    tag,
    answers: { 204: null },
  })
  remove(@Caller() caller: CallerOf, @Param('id') id: string, @Query({ schema: noQuery }) _: object): Promise<void> {
    return removeTransport(this.parts, caller, id)
  }
}
