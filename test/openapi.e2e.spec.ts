import { mkdir, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Validator } from '@seriousme/openapi-schema-validator'
import { createClient as generateClient } from '@hey-api/openapi-ts'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSystem, type System } from './system/system.js'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Within the workspace, so that the generated files find their packages. */
const folder = `${root}node_modules/.cache/skein/generated-client`

interface Generated {
  threadsList: (options: object) => Promise<{ data?: { threads: unknown[]; lag: number | null }; error?: unknown }>
}

describe('the description of the API', () => {
  let system: System
  let document: Record<string, unknown>

  beforeAll(async () => {
    system = await startSystem()
    const answer = await fetch(new URL('/openapi.json', system.url))
    expect(answer.headers.get('content-type')).toContain('application/json')
    document = (await answer.json()) as Record<string, unknown>
  })
  afterAll(async () => {
    await system.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('is what a validator of OpenAPI 3.1 takes', async () => {
    const validator = new Validator()
    expect(await validator.validate(structuredClone(document))).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
  })

  it('is what another generator makes a client of, which type-checks and calls', async () => {
    await mkdir(folder, { recursive: true })
    await writeFile(`${folder}/openapi.json`, JSON.stringify(document))
    await generateClient({
      input: `${folder}/openapi.json`,
      output: { path: `${folder}/src`, clean: true },
      plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
      logs: { level: 'silent' },
    })
    expect(problemsOf(`${folder}/src/index.ts`)).toEqual([])
    const sdk = (await import(pathToFileURL(`${folder}/src/index.ts`).href)) as Generated
    const { data, error } = await sdk.threadsList({
      baseUrl: system.url,
      auth: () => system.key,
      query: { limit: 5 },
    })
    expect(error).toBeUndefined()
    expect(data).toMatchObject({ threads: [], lag: 0 })
  })

  it('is there for people, without any other host', async () => {
    const page = await fetch(new URL('/docs', system.url))
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'")
    const addresses = [...(await page.text()).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? '')
    expect(addresses.every((address) => address.startsWith('/'))).toBe(true)
    for (const address of addresses) expect((await fetch(new URL(address, system.url))).status).toBe(200)
    expect((await fetch(new URL('/docs/package.json', system.url))).status).toBe(404)
  })

  it('has the bus beside it', async () => {
    const bus = (await (await fetch(new URL('/asyncapi.json', system.url))).json()) as Record<string, object>
    expect(bus).toMatchObject({ asyncapi: '3.0.0', operations: { takeMail: {}, tellEvent: {} } })
    expect(brokenReferences(bus)).toEqual([])
    expect(brokenReferences(document)).toEqual([])
  })
})

const problemsOf = (file: string): string[] => {
  const program = ts.createProgram([file], {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ['lib.esnext.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: [],
  })
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
}

/** References within a document that lead nowhere (RFC 6901). */
const brokenReferences = (document: object): string[] => {
  const broken: string[] = []
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if ('$ref' in value && typeof value.$ref === 'string') {
      const names = value.$ref.slice('#/'.length).split('/')
      const found = names.reduce<unknown>(
        (at, name) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined),
        document,
      )
      if (found === undefined) broken.push(value.$ref)
    }
    Object.values(value).forEach(visit)
  }
  visit(document)
  return broken
}
