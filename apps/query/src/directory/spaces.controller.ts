import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common'
import { Caller, ChanceOf, Describe, Idempotent, Needs, type CallerOf, type Chance } from '@skein/http'
import { noQuery } from '../params.js'
import {
  changeSpace,
  getSpace,
  listSpaces,
  makeSpace,
  newSpace,
  removeSpace,
  spaceJson,
  spaceList,
  spacePatch,
  type NewSpace,
  type SpaceJson,
  type SpaceList,
  type SpacePatch,
} from './spaces.js'
import { pageQuery, type PageQuery } from './pages.js'
import { DIRECTORY, type DirectoryParts } from './parts.js'

const tag = 'spaces'

/** Boundaries inside which mail may thread. */
@Controller('v1/spaces')
export class SpacesController {
  constructor(@Inject(DIRECTORY) private readonly parts: DirectoryParts) {}

  @Get()
  @Describe({ summary: 'List spaces', tag, answers: { 200: spaceList } })
  list(@Caller() caller: CallerOf, @Query({ schema: pageQuery }) query: PageQuery): SpaceList {
    return listSpaces(this.parts.directory, caller, query)
  }

  @Post()
  @Needs('admin')
  @Idempotent()
  @Describe({ summary: 'Make a space', tag, answers: { 201: spaceJson } })
  make(
    @Caller() caller: CallerOf,
    @Body({ schema: newSpace }) body: NewSpace,
    @ChanceOf() chance: Chance,
    @Query({ schema: noQuery }) _: object,
  ): Promise<SpaceJson> {
    return makeSpace(this.parts.directory, caller, body, chance)
  }

  @Get(':id')
  @Describe({ summary: 'Get a space', tag, answers: { 200: spaceJson } })
  get(@Caller() caller: CallerOf, @Param('id') id: string, @Query({ schema: noQuery }) _: object): SpaceJson {
    return getSpace(this.parts.directory, caller, id)
  }

  @Patch(':id')
  @Needs('admin')
  @Describe({ summary: 'Change a space', tag, answers: { 200: spaceJson } })
  change(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Body({ schema: spacePatch }) patch: SpacePatch,
    @Query({ schema: noQuery }) _: object,
  ): Promise<SpaceJson> {
    return changeSpace(this.parts.directory, caller, id, patch)
  }

  @Delete(':id')
  @Needs('admin')
  @HttpCode(204)
  @Describe({
    summary: 'Delete a space',
    detail: '409 while it has inboxes. Its mail stays, for keys of the whole account.',
    tag,
    answers: { 204: null },
  })
  remove(@Caller() caller: CallerOf, @Param('id') id: string, @Query({ schema: noQuery }) _: object): Promise<void> {
    return removeSpace(this.parts.directory, caller, id)
  }
}
