import { Body, Controller, HttpCode, Param, Post, Query } from '@nestjs/common'
import { CommandBus } from '@nestjs/cqrs'
import { Caller, Describe, Idempotent, type CallerOf } from '@skein/http'
import type { z } from 'zod'
import { Correct, corrections } from './correct.js'
import { noQuery } from './params.js'
import { recorded, type Recorded } from './answers/recorded.js'

type BodyOf<N extends keyof typeof corrections> = z.infer<(typeof corrections)[N]>

/** What people know better than the rules: it outranks them, for later answers too, and all of it can be taken back. */
@Controller('v1')
export class CorrectionsController {
  constructor(private readonly commands: CommandBus) {}

  @Post('threads/:id/merge')
  @HttpCode(200)
  @Idempotent()
  @Describe({
    summary: 'Merge threads',
    detail: 'These threads and the one of the path are one conversation; the one that started first survives.',
    tag: 'corrections',
    answers: { 200: recorded },
  })
  merge(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Body({ schema: corrections.merge }) body: BodyOf<'merge'>,
    @Query({ schema: noQuery }) _: object,
  ): Promise<Recorded> {
    return this.commands.execute(new Correct(caller, id, { name: 'merge', body }))
  }

  @Post('threads/:id/undo')
  @HttpCode(200)
  @Idempotent()
  @Describe({
    summary: 'Undo a merge',
    detail: 'The thread of the path, which was merged into another, goes on by itself again.',
    tag: 'corrections',
    answers: { 200: recorded },
  })
  undo(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Body({ schema: corrections.undo }) body: BodyOf<'undo'>,
    @Query({ schema: noQuery }) _: object,
  ): Promise<Recorded> {
    return this.commands.execute(new Correct(caller, id, { name: 'undo', body }))
  }

  @Post('threads/:id/split')
  @HttpCode(200)
  @Idempotent()
  @Describe({
    summary: 'Split a thread',
    detail: 'These messages go on in a thread of their own.',
    tag: 'corrections',
    answers: { 200: recorded },
  })
  split(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Body({ schema: corrections.split }) body: BodyOf<'split'>,
    @Query({ schema: noQuery }) _: object,
  ): Promise<Recorded> {
    return this.commands.execute(new Correct(caller, id, { name: 'split', body }))
  }

  @Post('messages/:id/move')
  @HttpCode(200)
  @Idempotent()
  @Describe({
    summary: 'Move a message',
    detail: 'The message belongs to another thread of its space.',
    tag: 'corrections',
    answers: { 200: recorded },
  })
  move(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Body({ schema: corrections.move }) body: BodyOf<'move'>,
    @Query({ schema: noQuery }) _: object,
  ): Promise<Recorded> {
    return this.commands.execute(new Correct(caller, id, { name: 'move', body }))
  }

  @Post('messages/:id/accept')
  @HttpCode(200)
  @Idempotent()
  @Describe({
    summary: 'Accept a thread for a message',
    detail: 'The message belongs where it was suggested, or claims, to belong.',
    tag: 'corrections',
    answers: { 200: recorded },
  })
  accept(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Body({ schema: corrections.accept }) body: BodyOf<'accept'>,
    @Query({ schema: noQuery }) _: object,
  ): Promise<Recorded> {
    return this.commands.execute(new Correct(caller, id, { name: 'accept', body }))
  }

  @Post('messages/:id/refuse')
  @HttpCode(200)
  @Idempotent()
  @Describe({
    summary: 'Refuse a thread for a message',
    detail: 'The message does not belong there, whatever else may say so.',
    tag: 'corrections',
    answers: { 200: recorded },
  })
  refuse(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Body({ schema: corrections.refuse }) body: BodyOf<'refuse'>,
    @Query({ schema: noQuery }) _: object,
  ): Promise<Recorded> {
    return this.commands.execute(new Correct(caller, id, { name: 'refuse', body }))
  }
}
