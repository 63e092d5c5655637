import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const root = new URL('..', import.meta.url).pathname
const textOf = (file: string): string => readFileSync(`${root}${file}`, 'utf8')

/** `:id` and `{inbox}` are the same here: something stands in its place. */
const bare = (path: string): string => path.replaceAll(/:\w+|\{\w+\}/g, ':').replace(/\/$/, '')

/** Paths in code marks. `/raw` goes on after what its line has named, or stands beside it. */
const pathsIn = (line: string): string[] => {
  const marked = [...line.matchAll(/`(?:[A-Z/]+ )?(\/[\w.:/{}-]*)[^`]*`/g)].map(([, path = '']) => bare(path))
  const whole: string[] = []
  for (const path of marked) {
    const bases = whole.flatMap((one) => [one, one.slice(0, one.lastIndexOf('/'))])
    whole.push(path, ...(path.startsWith('/v1/') ? [] : bases.map((base) => `${base}${path}`)))
  }
  return whole
}
const documented = new Set(
  ['docs/api.md', 'docs/directory.md'].flatMap((page) => textOf(page).split('\n').flatMap(pathsIn)),
)
const { paths } = JSON.parse(textOf('libs/client/openapi.json')) as { paths: Record<string, object> }

describe('the pages on the API', () => {
  it.each(Object.keys(paths).filter((path) => path !== '/docs/{asset}'))('tell of %s', (path) => {
    expect(documented).toContain(bare(path))
  })

  it('name no call that there is not', () => {
    const described = new Set(Object.keys(paths).map(bare))
    const named = [...textOf('docs/api.md').matchAll(/`(?:GET|POST|PATCH|PUT|DELETE) (\/v1\/[\w:/-]+)`/g)]
    const unknown = named.map(([, path = '']) => bare(path)).filter((path) => !described.has(path))
    expect(unknown.filter((path) => path !== '/v1/ws')).toEqual([])
  })
})
