import { readFileSync } from 'node:fs'
import { httpEnvironment } from '@skein/http'
import { logEnvironment } from '@skein/log'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const root = new URL('..', import.meta.url).pathname
const textOf = (path: string): string => readFileSync(root + path, 'utf8')
const services = ['ingest', 'threader', 'query', 'outbox'] as const
type Service = (typeof services)[number]

/** What a service reads, and what of that is its own and not every service's. */
const readBy = (service: Service): { all: Set<string>; own: Set<string> } => {
  const main = textOf(`apps/${service}/src/main.ts`)
  const own = [...main.matchAll(/^ {4}([A-Z][A-Z0-9_]*): /gm)].map(([, name = '']) => name)
  const common = [
    ...Object.keys(logEnvironment.shape),
    ...(main.includes('httpEnvironment') ? Object.keys(httpEnvironment.shape) : []),
  ]
  return { all: new Set([...common, ...own]), own: new Set(own) }
}

/** The table of docs/operating.md: the services that each variable is for. */
const documented = new Map<string, readonly string[]>()
for (const [, names = '', whom = ''] of textOf('docs/operating.md').matchAll(
  /^\| (`[A-Z`, _0-9]+`) +\| ([a-z, ]+?) +\|/gm,
)) {
  const whose = whom === 'all' ? services : whom.split(', ')
  for (const [, name = ''] of names.matchAll(/`(\w+)`/g)) documented.set(name, whose)
}

interface Compose {
  services: Record<string, { environment?: Record<string, unknown>; ports?: string[] }>
}
const compose = parse(textOf('infra/compose.yaml'), { merge: true }) as Compose

describe('the environment of the services', () => {
  it.each(services)('what %s reads is in docs/operating.md', (service) => {
    const { all, own } = readBy(service)
    expect([...all].filter((name) => !documented.has(name))).toEqual([])
    expect([...own].filter((name) => !documented.get(name)?.includes(service))).toEqual([])
  })

  it.each([...documented])('%s, which docs/operating.md has for %j, is read there', (name, whose) => {
    expect(whose.filter((service) => !readBy(service as Service).all.has(name))).toEqual([])
  })

  it.each(services)('infra/compose.yaml gives %s nothing that it does not read', (service) => {
    const given = Object.keys(compose.services[service]?.environment ?? {})
    expect(given.filter((name) => !readBy(service).all.has(name))).toEqual([])
  })

  it.each(services)('infra/compose.yaml gives %s what it cannot do without', (service) => {
    const needed = [
      ...['NATS_URL', 'NATS_MONITOR_URL', 'NATS_USER', 'NATS_PASSWORD', 'SKEIN_PARTITIONS'],
      ...(service === 'ingest' ? [] : ['DATABASE_URL']),
      ...(service === 'threader' ? [] : ['SKEIN_SECRET']),
      ...(service === 'query' ? ['SKEIN_INGEST_URL', 'SKEIN_OUTBOX_URL'] : []),
    ]
    expect(Object.keys(compose.services[service]?.environment ?? {})).toEqual(expect.arrayContaining(needed))
  })

  it('infra/compose.yaml lets callers in at query alone', () => {
    const published = services.filter((service) =>
      compose.services[service]?.ports?.some((port) => /:8080$/.test(port)),
    )
    expect(published).toEqual(['query'])
  })

  it('infra/make-env has a word for everything that infra/compose.yaml will not start without', () => {
    const made = textOf('infra/make-env')
    const needed = new Set([...textOf('infra/compose.yaml').matchAll(/\$\{(\w+):\?/g)].map(([, name = '']) => name))
    expect(needed.size).toBeGreaterThan(5)
    expect([...needed].filter((name) => !made.includes(name))).toEqual([])
  })
})
