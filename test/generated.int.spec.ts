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
