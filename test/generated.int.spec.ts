import { globSync, readFileSync } from 'node:fs'
import { describedApi, describedBus, documentText } from '@skein/cli'
import openapiTS, { astToString } from 'openapi-typescript'
import { describe, expect, it } from 'vitest'

/** Written anew by `npm run test:int -- test/generated.int.spec.ts -u`. */
describe('what is generated is as the sources say', () => {
  it('the description of the API', async () => {
    await expect(documentText(describedApi())).toMatchFileSnapshot('../libs/client/openapi.json')
  })

  it('the description of the bus', async () => {
    await expect(documentText(describedBus())).toMatchFileSnapshot('../libs/client/asyncapi.json')
  })

  it('the types of the client', async () => {
    const types = astToString(await openapiTS(documentText(describedApi()), { defaultNonNullable: false }))
    await expect(`${types}`).toMatchFileSnapshot('../libs/client/src/schema.ts')
  })
})

describe('the description of the API', () => {
  const root = new URL('..', import.meta.url).pathname
  const classes = globSync('apps/*/src/**/*.controller.ts', { cwd: root }).flatMap((file) => {
    const text = readFileSync(`${root}${file}`, 'utf8')
    const hasCalls = /^ {2}@(?:Get|Post|Put|Patch|Delete)\(/m.test(text)
    return hasCalls ? [...text.matchAll(/^export class (\w+)Controller/gm)].map(([, name = '']) => name) : []
  })
  const operations = documentText(describedApi())

  it.each(classes)('has the calls of %sController', (name) => {
    expect(operations).toContain(`"operationId": "${name[0]?.toLowerCase()}${name.slice(1)}`)
  })
})
