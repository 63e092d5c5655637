import { ESLint } from 'eslint'
import tseslint from 'typescript-eslint'
import { beforeAll, describe, expect, it } from 'vitest'

const LAYERS = '@nx/enforce-module-boundaries'
const root = new URL('..', import.meta.url).pathname

let eslint: ESLint
beforeAll(() => {
  // the offending sources are nowhere on disk, so there are no types to look at
  eslint = new ESLint({ cwd: root, overrideConfig: [{ files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked }] })
})

/** The rules that refuse this source when it stands in this file. */
const refusals = async (file: string, source: string): Promise<(string | null)[]> => {
  const [result] = await eslint.lintText(`${source}\n`, { filePath: `${root}${file}` })
  const unused = '@typescript-eslint/no-unused-vars'
  return (result?.messages ?? []).map(({ ruleId }) => ruleId).filter((rule) => rule !== unused)
}

describe('imports that cross the layers', () => {
  it.each([
    ['a pure library imports an adapter', 'libs/threading/src/x.ts', `import '@skein/log'`],
    ['a pure library imports an app', 'libs/mail/src/x.ts', `import '@skein/query'`],
    ['a pure library imports a package that is not on its list', 'libs/mail/src/x.ts', `import 'express'`],
    ['an adapter imports an adapter', 'libs/log/src/x.ts', `import '@skein/views'`],
    ['an adapter imports an app', 'libs/views/src/x.ts', `import '@skein/threader'`],
    ['an adapter imports a tool', 'libs/log/src/x.ts', `import '@skein/servers'`],
    ['an app imports an app', 'apps/query/src/x.ts', `import '@skein/ingest'`],
    ['an app imports a tool', 'apps/query/src/x.ts', `import '@skein/servers'`],
    ['a tool imports a library', 'tools/servers/src/x.ts', `import '@skein/mail'`],
    ['a file reaches into another package by path', 'apps/query/src/x.ts', `import '../../../libs/mail/src/facts.js'`],
    ['a package uses what only another one depends on', 'apps/query/src/x.ts', `import 'mailparser'`],
  ])('are refused: %s', async (_, file, source) => {
    expect(await refusals(file, source)).toContain(LAYERS)
  })

  it.each([
    ['a pure library imports a pure one', 'libs/threading/src/x.ts', `import '@skein/mail'`],
    ['an adapter imports a pure library', 'libs/log/src/x.ts', `import '@skein/events'`],
    ['an app imports an adapter', 'apps/query/src/x.ts', `import '@skein/views'`],
    ['the host imports an app and a tool', 'apps/cli/src/x.ts', `import '@skein/query'\nimport '@skein/servers'`],
    ['a spec of an adapter imports the servers', 'libs/log/src/x.int.spec.ts', `import '@skein/servers'`],
  ])('are let through where they follow them: %s', async (_, file, source) => {
    expect(await refusals(file, source)).toEqual([])
  })
})

describe('a pure library', () => {
  it.each([
    ['files', `import 'node:fs'`, 'no-restricted-imports'],
    ['files, by the old name', `import 'fs/promises'`, 'no-restricted-imports'],
    ['files, while it runs', `export const x = () => import('node:fs')`, 'no-restricted-syntax'],
    ['Nest', `import '@nestjs/common'`, 'no-restricted-imports'],
    ['an ORM', `import '@mikro-orm/core'`, 'no-restricted-imports'],
    ['NATS', `import '@nats-io/jetstream'`, 'no-restricted-imports'],
    ['Postgres', `import 'pg'`, 'no-restricted-imports'],
    ['the clock', 'export const x = Date.now()', 'no-restricted-properties'],
    ['the clock, as a date', 'export const x = new Date()', 'no-restricted-syntax'],
    ['the clock, as a string', 'export const x = Date()', 'no-restricted-syntax'],
    ['the time zone', 'export const x = (date: Date) => date.getHours()', 'no-restricted-syntax'],
    ['the language', 'export const x = (text: string) => text.toLocaleLowerCase()', 'no-restricted-syntax'],
    ['chance', 'export const x = Math.random()', 'no-restricted-properties'],
    ['the environment', `export const x = process.env['HOME']`, 'no-restricted-globals'],
    ['timers', 'setTimeout(() => {}, 1)', 'no-restricted-globals'],
  ])('may not use %s', async (_, source, rule) => {
    for (const library of ['mail', 'threading', 'events']) {
      expect(await refusals(`libs/${library}/src/x.ts`, source)).toContain(rule)
    }
  })

  it('may make dates of what it is given', async () => {
    expect(await refusals('libs/mail/src/x.ts', 'export const x = new Date(0).toISOString()')).toEqual([])
  })
})

describe('a regular expression', () => {
  it.each([
    ['quadratic backtracking', String.raw`export const x = /^\s*(.*?)\s*$/`],
    ['exponential backtracking', 'export const x = /^(a+)+$/'],
    ['a start anywhere in a long run', 'export const x = /a+$/'],
  ])('is refused for %s', async (_, source) => {
    const rules = await refusals('libs/mail/src/x.ts', source)
    expect(rules.some((rule) => rule?.startsWith('regexp/'))).toBe(true)
  })

  it('is let through when it is linear', async () => {
    expect(await refusals('libs/mail/src/x.ts', 'export const x = /^[a-z]+:$/')).toEqual([])
  })
})
