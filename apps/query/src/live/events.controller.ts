import { Controller, Get, Headers, Inject, Param, Query, Req, Res } from '@nestjs/common'
import { Caller, Describe, Problem, type CallerOf } from '@skein/http'
import type { Request, Response } from 'express'
import { EventStream } from './event-stream.js'
import { eventList, eventsQuery, type EventsQuery } from './events-query.js'
import { liveEvent, type LiveEvent } from './live-event.js'
import { Live } from './live.js'
import { noQuery } from '../params.js'

@Controller('v1')
export class EventsController {
  constructor(@Inject(Live) private readonly live: Live) {}

  @Get('events')
  @Describe({
    summary: 'Follow events',
    detail:
      'A stream of server-sent events for as long as the caller listens, or with `Accept: application/json` a list of what there ' +
      'is. Each event comes once its effects can be read. `id` goes on from there after any cut, however long ago.',
    tag: 'live',
    answers: { 200: eventList },
    answerType: 'text/event-stream',
  })
  async events(
    @Caller() caller: CallerOf,
    @Query({ schema: eventsQuery }) query: EventsQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const accepted = request.accepts(['text/event-stream', 'application/json'])
    if (accepted === false) {
      const fix = 'Accept text/event-stream or application/json.'
      throw new Problem(406, 'not-acceptable', 'Not acceptable', 'Events come in two forms.', { field: 'Accept', fix })
    }
    const feed = await this.live.feed(caller, query, lastEventId)
    if (accepted === 'application/json') {
      const { events, more } = await this.live.page(feed, caller, query.limit)
      response.json({ events, next_after: feed.place, has_more: more })
      return
    }
    const release = this.live.streams.take(caller.key)
    const stream = new EventStream(response)
    try {
      await stream.begin(feed.place)
      await this.live.run(feed, caller, stream)
    } finally {
      release()
      stream.end()
    }
  }

  @Get('events/:position')
  @Describe({
    summary: 'Get an event',
    detail:
      'By its `position`, as webhooks and other events name it. `id` is that position too, and no place to go on from.',
    tag: 'live',
    answers: { 200: liveEvent },
  })
  one(
    @Caller() caller: CallerOf,
    @Param('position') position: string,
    @Query({ schema: noQuery }) _: object,
  ): Promise<LiveEvent> {
    return this.live.one(caller, position)
  }
}
