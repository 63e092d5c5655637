import { Body, Controller, Get, Headers, HttpCode, Param, Patch, Post, Query } from '@nestjs/common'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Needs, Public } from '../api-key.js'
import { Describe } from '../describe.js'
import { openApiOf } from './document.js'

const thing = z.object({ id: z.string(), at: z.iso.datetime(), size: z.int() }).meta({ id: 'Thing' })
const page = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  unread: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
  name: z.string().meta({ description: 'Part of a name' }),
})

@Controller('v1/things')
class ThingsController {
  @Get()
  @Describe({ summary: 'List things', tag: 'things', answers: { 200: z.object({ things: z.array(thing) }) } })
  list(@Query({ schema: page }) _: z.infer<typeof page>) {}

  @Patch(':id/name')
  @Needs('admin')
  @Describe({ summary: 'Rename a thing', detail: 'At once.', tag: 'things', answers: { 200: thing } })
  rename(
    @Param('id') _: string,
    @Headers('if-match') __: string,
    @Body({ schema: z.strictObject({ name: z.string() }) }) ___: object,
  ) {}

  @Post('raw')
  @HttpCode(202)
  @Public()
  @Describe({ summary: 'Send octets', tag: 'raw', answers: { 202: null }, bodyTypes: ['message/rfc822'] })
  raw() {}
}
@Controller('bare')
class BareController {
  @Get()
  nothing() {}
}

const options = { title: 'T', version: '1', description: 'D', tags: { things: 'Things' } }
/** The document as JSON has it, to be looked into. */
const document = JSON.parse(JSON.stringify(openApiOf([ThingsController], options))) as {
  openapi: string
  tags: { name: string }[]
  paths: Record<string, Record<string, { parameters: { name: string }[]; responses: object; security?: [] }>>
  components: { schemas: object }
}
const parameter = (path: string, method: string, name: string) =>
  document.paths[path]?.[method]?.parameters.find((one) => one.name === name)

describe('the description that controllers make of themselves', () => {
  it('names each call by its handler, so that words can change', () => {
    expect(document.paths['/v1/things']?.['get']).toMatchObject({ operationId: 'thingsList', summary: 'List things' })
  })

  it('tells of a query what may be sent, not what becomes of it', () => {
    expect(parameter('/v1/things', 'get', 'limit')).toMatchObject({
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: 100, default: 50 },
    })
    expect(parameter('/v1/things', 'get', 'unread')).toMatchObject({ schema: { enum: ['true', 'false'] } })
    expect(parameter('/v1/things', 'get', 'name')).toMatchObject({ required: true, description: 'Part of a name' })
  })

  it('has the path, the headers, the body and the scope of a call', () => {
    expect(document.paths['/v1/things/{id}/name']?.['patch']).toMatchObject({
      description: 'At once.\n\nNeeds the scope `admin`.',
      parameters: [
        { name: 'id', in: 'path', required: true },
        { name: 'If-Match', in: 'header' },
      ],
      requestBody: { content: { 'application/json': { schema: { additionalProperties: false, required: ['name'] } } } },
      responses: { 200: { headers: { ETag: {} } }, 404: {}, 401: {}, default: {} },
    })
  })

  it('asks for no key where none is needed, and names the types of a body that is not JSON', () => {
    expect(document.paths['/v1/things/raw']?.['post']).toMatchObject({
      security: [],
      requestBody: { content: { 'message/rfc822': {} } },
      responses: { 202: { description: 'Accepted' } },
    })
    expect(document.paths['/v1/things/raw']?.['post']?.responses).not.toHaveProperty('401')
  })

  it('has a schema with a name once, and lets it get members later', () => {
    expect(document.components.schemas).toMatchObject({ Thing: { required: ['id', 'at', 'size'] }, Problem: {} })
    expect(JSON.stringify(document.components.schemas)).not.toContain('additionalProperties":false')
    expect(JSON.stringify(document.paths['/v1/things'])).toContain('"$ref":"#/components/schemas/Thing"')
  })

  it('refuses a call that nobody described', () => {
    expect(() => openApiOf([ThingsController, BareController], options)).toThrow('BareController.nothing')
  })

  it('refuses two calls of one name', () => {
    expect(() => openApiOf([ThingsController, ThingsController], options)).toThrow('thingsList')
  })
})
