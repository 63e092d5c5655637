import { Body, Controller, HttpCode, Param, Post, Query } from '@nestjs/common'
import { CommandBus } from '@nestjs/cqrs'
import { Caller, type CallerOf } from '@skein/http'
import type { z } from 'zod'
import { Correct, corrections } from './correct.js'
import { noQuery } from './params.js'
import type { Recorded } from './send-command.js'

type BodyOf<N extends keyof typeof corrections> = z.infer<(typeof corrections)[N]>

/** What people know better than the rules: it outranks them, for later answers too, and all of it can be taken back. */
@Controller('v1')
export class CorrectionsController {
  constructor(private readonly commands: CommandBus) {}

  @Post('threads/:id/merge')
  @HttpCode(200)
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
  refuse(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Body({ schema: corrections.refuse }) body: BodyOf<'refuse'>,
    @Query({ schema: noQuery }) _: object,
  ): Promise<Recorded> {
    return this.commands.execute(new Correct(caller, id, { name: 'refuse', body }))
  }
}
