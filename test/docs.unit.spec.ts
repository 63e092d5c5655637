import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { eventTypes } from '@skein/events'
import { describe, expect, it } from 'vitest'

const root = new URL('..', import.meta.url).pathname
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => join('docs', name)),
].filter((name) => name.endsWith('.md'))
const textOf = (page: string): string => readFileSync(join(root, page), 'utf8')

describe('docs', () => {
  it('docs/events.md has a row for every event, and for no other', () => {
    const named = [...textOf('docs/events.md').matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name)
    expect(named.sort()).toEqual(Object.keys(eventTypes).sort())
  })

  it.each(pages)('%s: its links lead to files that are there', (page) => {
    const links = [...textOf(page).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(([, target = '']) => target)
    const missing = links.filter(
      (target) => statSync(join(root, dirname(page), target), { throwIfNoEntry: false }) === undefined,
    )
    expect(missing.map((target) => `${relative(root, page)} -> ${target}`)).toEqual([])
  })
})
