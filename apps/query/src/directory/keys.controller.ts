import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common'
import { Caller, ChanceOf, Describe, Idempotent, Needs, type CallerOf, type Chance } from '@skein/http'
import { noQuery } from '../params.js'
import {
  changeKey,
  getKey,
  keyJson,
  keyList,
  keyPatch,
  keyRotation,
  keysQuery,
  listKeys,
  madeKeyJson,
  makeKey,
  newKey,
  removeKey,
  rotateKey,
  type KeyJson,
  type KeyList,
  type KeyPatch,
  type KeyRotation,
  type KeysQuery,
  type MadeKeyJson,
  type NewKey,
} from './keys.js'
import { DIRECTORY, type DirectoryParts } from './parts.js'

const tag = 'api-keys'

/** API keys, known by their hashes. A key gives no more than it has. */
@Controller('v1/api-keys')
export class KeysController {
  constructor(@Inject(DIRECTORY) private readonly parts: DirectoryParts) {}

  @Get()
  @Needs('admin')
  @Describe({ summary: 'List API keys', tag, answers: { 200: keyList } })
  list(@Caller() caller: CallerOf, @Query({ schema: keysQuery }) query: KeysQuery): Promise<KeyList> {
    return listKeys(this.parts.directory, caller, query)
  }

  @Post()
  @Needs('admin')
  @Idempotent()
  @Describe({ summary: 'Make an API key', tag, answers: { 201: madeKeyJson } })
  make(
    @Caller() caller: CallerOf,
    @Body({ schema: newKey }) body: NewKey,
    @ChanceOf() chance: Chance,
    @Query({ schema: noQuery }) _: object,
  ): Promise<MadeKeyJson> {
    return makeKey(this.parts.directory, caller, body, chance)
  }

  @Get(':id')
  @Needs('admin')
  @Describe({ summary: 'Get an API key', tag, answers: { 200: keyJson } })
  get(@Caller() caller: CallerOf, @Param('id') id: string, @Query({ schema: noQuery }) _: object): Promise<KeyJson> {
    return getKey(this.parts.directory, caller, id)
  }

  @Patch(':id')
  @Needs('admin')
  @Describe({ summary: 'Change an API key', tag, answers: { 200: keyJson } })
  change(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Body({ schema: keyPatch }) patch: KeyPatch,
    @Query({ schema: noQuery }) _: object,
  ): Promise<KeyJson> {
    return changeKey(this.parts.directory, caller, id, patch)
  }

  @Post(':id/rotate')
  @Needs('admin')
  @Idempotent()
  @Describe({
    summary: 'Give a second key in place of one',
    detail: 'The new one can do the same; the old one ends after the grace time.',
    tag,
    answers: { 201: madeKeyJson },
  })
  rotate(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Body({ schema: keyRotation }) body: KeyRotation,
    @ChanceOf() chance: Chance,
    @Query({ schema: noQuery }) _: object,
  ): Promise<MadeKeyJson> {
    return rotateKey(this.parts.directory, caller, id, body, chance)
  }

  @Delete(':id')
  @Needs('admin')
  @HttpCode(204)
  @Describe({
    summary: 'Delete an API key',
    detail: 'It is refused at once.',
    tag,
    answers: { 204: null },
  })
  remove(@Caller() caller: CallerOf, @Param('id') id: string, @Query({ schema: noQuery }) _: object): Promise<void> {
    return removeKey(this.parts.directory, caller, id)
  }
}
