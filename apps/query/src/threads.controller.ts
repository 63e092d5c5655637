import { Body, Controller, Get, Headers, Param, Patch, Query, Res } from '@nestjs/common'
import { CommandBus, QueryBus } from '@nestjs/cqrs'
import { Caller, type CallerOf } from '@skein/http'
import type { Response } from 'express'
import { CountThreads } from './count-threads.js'
import { etagOf, versionIn } from './etag.js'
import { GetThread, type ThreadAnswer } from './get-thread.js'
import { ListMessages, type MessageList } from './list-messages.js'
import { ListThreads, type ThreadList } from './list-threads.js'
import { MarkThreadRead, type Marked } from './mark-thread-read.js'
import {
  inboxThreadsQuery,
  messagesQuery,
  noQuery,
  threadPatch,
  threadQuery,
  threadsQuery,
  type MessagesQuery,
  type ThreadPatch,
  type ThreadQuery,
  type ThreadsQuery,
} from './params.js'

@Controller('v1')
export class ThreadsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly commands: CommandBus,
  ) {}

  @Get('threads')
  list(@Caller() caller: CallerOf, @Query({ schema: threadsQuery }) params: ThreadsQuery): Promise<ThreadList> {
    return this.queries.execute(new ListThreads(caller, params))
  }

  @Get('inboxes/:inbox/threads')
  listOfInbox(
    @Caller() caller: CallerOf,
    @Param('inbox') inbox: string,
    @Query({ schema: inboxThreadsQuery }) params: ThreadsQuery,
  ): Promise<ThreadList> {
    return this.queries.execute(new ListThreads(caller, { ...params, inbox }))
  }

  @Get('threads/count')
  count(@Caller() caller: CallerOf, @Query({ schema: noQuery }) _: object): Promise<{ count: number }> {
    return this.queries.execute(new CountThreads(caller))
  }

  @Get('threads/:id')
  async get(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Query({ schema: threadQuery }) params: ThreadQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ThreadAnswer> {
    const thread = await this.queries.execute(new GetThread(caller, id, params))
    response.setHeader('ETag', etagOf(thread.version))
    return thread
  }

  @Get('threads/:id/messages')
  messages(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Query({ schema: messagesQuery }) params: MessagesQuery,
  ): Promise<MessageList> {
    return this.queries.execute(new ListMessages(caller, id, params))
  }

  @Patch('threads/:id')
  patch(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Body({ schema: threadPatch }) patch: ThreadPatch,
    @Headers('if-match') ifMatch: string | undefined,
    @Query({ schema: noQuery }) _: object,
  ): Promise<Marked> {
    return this.commands.execute(new MarkThreadRead(caller, id, patch, versionIn(ifMatch)))
  }
}
