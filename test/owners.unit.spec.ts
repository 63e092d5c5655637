import { controllers as ofIngest } from '@skein/ingest'
import { controllers as ofOutbox } from '@skein/outbox'
import { controllers as ofQuery } from '@skein/query'
import { ingestOwns, outboxOwns, routesOf } from '@skein/http'
import { describe, expect, it } from 'vitest'

const callsOf = (controllers: typeof ofIngest): [string, string][] =>
  routesOf(controllers).map(({ method, path }) => [method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'x')])

describe('a call goes to the service that has it', () => {
  it.each(callsOf(ofIngest))('%s %s: ingest', (method, path) => {
    expect([ingestOwns(method, path), outboxOwns(method, path)]).toEqual([true, false])
  })
  it.each(callsOf(ofOutbox))('%s %s: outbox', (method, path) => {
    expect([ingestOwns(method, path), outboxOwns(method, path)]).toEqual([false, true])
  })
  it.each(callsOf(ofQuery))('%s %s: query', (method, path) => {
    expect([ingestOwns(method, path), outboxOwns(method, path)]).toEqual([false, false])
  })
})
