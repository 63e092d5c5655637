import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common'
import { Caller, ChanceOf, Describe, Idempotent, Needs, type CallerOf, type Chance } from '@skein/http'
import { noQuery } from '../params.js'
import {
  changeWebhook,
  getWebhook,
  listWebhooks,
  madeWebhookJson,
  makeWebhook,
  newWebhook,
  removeWebhook,
  rotateWebhook,
  webhookJson,
  webhookList,
  webhookPatch,
  webhookRotation,
  type MadeWebhookJson,
  type NewWebhook,
  type WebhookJson,
  type WebhookList,
  type WebhookPatch,
  type WebhookRotation,
} from './webhooks.js'
import { pageQuery, type PageQuery } from './pages.js'
import { DIRECTORY, type DirectoryParts } from './parts.js'

const tag = 'webhooks'

/** Where events are sent to. */
@Controller('v1/webhooks')
export class WebhooksController {
  constructor(@Inject(DIRECTORY) private readonly parts: DirectoryParts) {}

  @Get()
  @Needs('admin')
  @Describe({ summary: 'List webhooks', tag, answers: { 200: webhookList } })
  list(@Caller() caller: CallerOf, @Query({ schema: pageQuery }) query: PageQuery): WebhookList {
    return listWebhooks(this.parts, caller, query)
  }

  @Post()
  @Needs('admin')
  @Idempotent()
  @Describe({ summary: 'Make a webhook', tag, answers: { 201: madeWebhookJson } })
  make(
    @Caller() caller: CallerOf,
    @Body({ schema: newWebhook }) body: NewWebhook,
    @ChanceOf() chance: Chance,
    @Query({ schema: noQuery }) _: object,
  ): Promise<MadeWebhookJson> {
    return makeWebhook(this.parts, caller, body, chance)
  }

  @Get(':id')
  @Needs('admin')
  @Describe({ summary: 'Get a webhook', tag, answers: { 200: webhookJson } })
  get(@Caller() caller: CallerOf, @Param('id') id: string, @Query({ schema: noQuery }) _: object): WebhookJson {
    return getWebhook(this.parts, caller, id)
  }

  @Patch(':id')
  @Needs('admin')
  @Describe({ summary: 'Change a webhook', tag, answers: { 200: webhookJson } })
  change(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Body({ schema: webhookPatch }) patch: WebhookPatch,
    @Query({ schema: noQuery }) _: object,
  ): Promise<WebhookJson> {
    return changeWebhook(this.parts, caller, id, patch, new Date().toISOString())
  }

  @Post(':id/rotate')
  @Needs('admin')
  @Idempotent()
  @Describe({
    summary: 'Give a webhook a new secret',
    detail: 'Both sign until the next rotation, unless the old one is not kept.',
    tag,
    answers: { 201: madeWebhookJson },
  })
  rotate(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Body({ schema: webhookRotation }) body: WebhookRotation,
    @ChanceOf() chance: Chance,
    @Query({ schema: noQuery }) _: object,
  ): Promise<MadeWebhookJson> {
    return rotateWebhook(this.parts, caller, id, body, chance)
  }

  @Delete(':id')
  @Needs('admin')
  @HttpCode(204)
  @Describe({
    summary: 'Delete a webhook',
    detail: 'Nothing more is sent to it.',
    tag,
    answers: { 204: null },
  })
  remove(@Caller() caller: CallerOf, @Param('id') id: string, @Query({ schema: noQuery }) _: object): Promise<void> {
    return removeWebhook(this.parts, caller, id)
  }
}
