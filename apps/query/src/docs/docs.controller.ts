import { Controller, Get, Param, Res } from '@nestjs/common'
import { Describe, notFound, Public } from '@skein/http'
import type { Response } from 'express'
import { z } from 'zod'
import { assetOf, describedApi, describedBus, PAGE } from './pages.js'

/** The page's own scripts and styles, and what the calls tried out on it answer; no other host, and no frame around it. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const tag = 'description'
const anyObject = z.record(z.string(), z.unknown())

/** What the API and the bus are, for programs and for people; all of it is in this package, so it needs no network. */
@Public()
@Controller()
export class DocsController {
  @Get('openapi.json')
  @Describe({ summary: 'Get the description of the API', tag, answers: { 200: anyObject } })
  openApi(@Res() response: Response): void {
    response.type('application/json').send(describedApi())
  }

  @Get('asyncapi.json')
  @Describe({ summary: 'Get the description of the bus', tag, answers: { 200: anyObject } })
  asyncApi(@Res() response: Response): void {
    response.type('application/json').send(describedBus())
  }

  @Get('docs')
  @Describe({ summary: 'Read the description as a page', tag, answers: { 200: null }, answerType: 'text/html' })
  page(@Res() response: Response): void {
    response.setHeader('Content-Security-Policy', POLICY)
    response.type('text/html').send(PAGE)
  }

  @Get('docs/:asset')
  @Describe({ summary: 'Get a part of the page', tag, answers: { 200: null }, answerType: '*/*' })
  asset(@Param('asset') name: string, @Res() response: Response): void {
    const asset = assetOf(name)
    if (asset === null) throw notFound('file', name)
    response.setHeader('Cache-Control', 'public, max-age=3600')
    response.type(asset.type).send(asset.content)
  }
}
