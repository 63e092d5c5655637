import { Body, Controller, Get, Headers, Param, Patch, Query, Res } from '@nestjs/common'
import { CommandBus, QueryBus } from '@nestjs/cqrs'
import { Caller, Describe, type CallerOf } from '@skein/http'
import type { Response } from 'express'
import { z } from 'zod'
import { patched, type Patched } from './answers/recorded.js'
import {
  messageList,
  threadAnswer,
  threadCount,
  threadList,
  type MessageList,
  type ThreadAnswer,
  type ThreadCount,
  type ThreadList,
} from './answers/thread.js'
import { CountThreads } from './count-threads.js'
import { etagOf, hasVersion, versionIn } from './etag.js'
import { GetThread } from './get-thread.js'
import { threadThenAnswer, type ThreadThenAnswer } from './history/answers.js'
import { GetThreadThen } from './history/get-thread-then.js'
import { ListMessages } from './list-messages.js'
import { ListThreads } from './list-threads.js'
import { PatchThread } from './patch-thread.js'
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

const tag = 'threads'
const FILTERS =
  'Newest first. search is a part of a subject, name or address; q is full text (words, phrases in quotes, or, -not), each thread with its rank; domain is a whole domain. What is given has to hold all together.'

@Controller('v1')
export class ThreadsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly commands: CommandBus,
  ) {}

  @Get('threads')
  @Describe({ summary: 'List threads', detail: FILTERS, tag, answers: { 200: threadList } })
  list(@Caller() caller: CallerOf, @Query({ schema: threadsQuery }) params: ThreadsQuery): Promise<ThreadList> {
    return this.queries.execute(new ListThreads(caller, params))
  }

  @Get('inboxes/:inbox/threads')
  @Describe({ summary: 'List threads of an inbox', detail: FILTERS, tag, answers: { 200: threadList } })
  listOfInbox(
    @Caller() caller: CallerOf,
    @Param('inbox') inbox: string,
    @Query({ schema: inboxThreadsQuery }) params: ThreadsQuery,
  ): Promise<ThreadList> {
    return this.queries.execute(new ListThreads(caller, { ...params, inbox }))
  }

  @Get('threads/count')
  @Describe({ summary: 'Count threads', tag, answers: { 200: threadCount } })
  count(@Caller() caller: CallerOf, @Query({ schema: noQuery }) _: object): Promise<ThreadCount> {
    return this.queries.execute(new CountThreads(caller))
  }

  @Get('threads/:id')
  @Describe({
    summary: 'Get a thread',
    detail:
      'By any id that it ever had. Its ETag is its version; with If-None-Match it is answered 304 while nothing has changed. With as_of, the thread as it was then: another answer, which has as_of itself.',
    tag,
    answers: { 200: z.union([threadAnswer, threadThenAnswer]), 304: null },
  })
  async get(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Query({ schema: threadQuery }) params: ThreadQuery,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ThreadAnswer | ThreadThenAnswer> {
    const { as_of } = params
    if (as_of !== undefined) return this.queries.execute(new GetThreadThen(caller, id, { ...params, as_of }))
    const thread = await this.queries.execute(new GetThread(caller, id, params))
    response.setHeader('ETag', etagOf(thread.version))
    // express would answer so by itself, but not to fetch(), which sends Cache-Control: no-cache along
    if (hasVersion(ifNoneMatch, thread.version)) response.status(304)
    return thread
  }

  @Get('threads/:id/messages')
  @Describe({ summary: 'List messages of a thread', detail: 'In reading order.', tag, answers: { 200: messageList } })
  messages(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Query({ schema: messagesQuery }) params: MessagesQuery,
  ): Promise<MessageList> {
    return this.queries.execute(new ListMessages(caller, id, params))
  }

  @Patch('threads/:id')
  @Describe({
    summary: 'Change a thread',
    detail:
      'Read or unread, labels, a claim for so many seconds (409 claimed while another runs) or null to give it back, handled or not.',
    tag,
    answers: { 200: patched },
  })
  patch(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Body({ schema: threadPatch }) patch: ThreadPatch,
    @Headers('if-match') ifMatch: string | undefined,
    @Query({ schema: noQuery }) _: object,
  ): Promise<Patched> {
    return this.commands.execute(new PatchThread(caller, id, patch, versionIn(ifMatch)))
  }
}
