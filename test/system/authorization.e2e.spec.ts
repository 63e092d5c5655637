import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callsOf, sampleOf, type ApiDocument, type DescribedCall, type Values } from './described-calls.js'
import { startSystem, type System } from './system.js'

type Json = Record<string, unknown> & { id: string }
interface Answered {
  status: number
  text: string
}

const mailFor = (name: string): string =>
  [
    'From: Ada <ada@made.example>',
    `To: ${name}@skein.example`,
    `Message-ID: <secret-of-${name}@made.example>`,
    `Subject: Secret of ${name}`,
    'Date: Mon, 05 Jan 2026 08:00:00 +0000',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=x',
    '',
    ...['--x', 'Content-Type: text/plain', '', `Secret of ${name}.`],
    ...['--x', 'Content-Type: text/plain; name=a.txt', 'Content-Disposition: attachment; filename=a.txt', '', 'file'],
    '--x--',
    '',
  ].join('\r\n')

let system: System
let document: ApiDocument
let calls: DescribedCall[]
/** Ids of what belongs to the inbox that everybody else must not see, by the part of the path that names it. */
let own: Record<string, string>
const keys: Record<string, string> = {}
/** The place of the first event that they saw. */
let event: string
/** A mail that their inbox sent to the outside, and that is kept here. */
let kept: string

const ask = async (key: string | null, method: string, path: string, body?: unknown, type = 'application/json') => {
  const answer = await fetch(new URL(path, system.url), {
    method,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': type }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(3_000),
  })
  if (answer.headers.get('content-type')?.startsWith('text/event-stream')) {
    await answer.body?.cancel()
    return { status: answer.status, text: '' }
  }
  return { status: answer.status, text: await answer.text() }
}
const made = async (path: string, body: unknown): Promise<Json> => {
  const { status, text } = await ask(system.key, 'POST', `/v1/${path}`, body)
  expect(status, text).toBe(201)
  return JSON.parse(text) as Json
}
const keyFor = async (body: object): Promise<string> => {
  const all = ['read', 'write', 'send', 'admin']
  return (await made('api-keys', { name: 'matrix', scopes: all, ...body }))['key'] as string
}

interface Got {
  id: string
  thread_id: string
}
const received = async (name: string, key = system.key): Promise<Got> => {
  const { text } = await ask(key, 'POST', `/v1/inboxes/${name}@skein.example/mail`, mailFor(name), 'message/rfc822')
  const { message_id, sequence } = JSON.parse(text) as { message_id: string; sequence: string }
  const answer = await ask(key, 'GET', `/v1/messages/${message_id}?wait_for=${sequence}`)
  return JSON.parse(answer.text) as Got
}

/** Sends from the inbox by SMTP to somebody who is no inbox; answers under which id it is kept. */
const sentOutside = async (): Promise<string> => {
  const client = createTransport({ ...system.smtp, secure: false, ignoreTLS: true })
  await client.sendMail({ from: 'support@skein.example', to: 'somebody@outside.example', text: 'Hello.' })
  client.close()
  const { text } = await ask(system.key, 'GET', '/v1/dev/outbox')
  const [mail] = Object.values(JSON.parse(text) as Record<string, unknown>).find(Array.isArray) as {
    id: string | number
  }[]
  return String(mail?.id)
}

beforeAll(async () => {
  system = await startSystem()
  document = JSON.parse((await ask(null, 'GET', '/openapi.json')).text) as ApiDocument
  calls = callsOf(document)
  const message = await received('support')
  const { text } = await ask(system.key, 'GET', `/v1/threads/${message.thread_id}`)
  event = `${Object.keys((JSON.parse(text) as { position: object }).position)[0]}:1`
  await received('sales')
  kept = await sentOutside()
  const webhook = await made('webhooks', { url: 'https://hooks.example/', inboxes: ['inb_support'] })
  const transport = await made('transports', { host: 'smtp.example' })
  const key = await made('api-keys', { name: 'theirs', inboxes: ['inb_support'] })
  const space = await made('spaces', { name: 'Other' })
  await made('inboxes', { address: 'elsewhere@skein.example', space: space.id })
  await received('elsewhere')
  const account = await made('accounts', { name: 'Other' })
  own = {
    ...{ threads: message.thread_id, messages: message.id, inboxes: 'inb_support', spaces: 'spc_demo' },
    ...{ accounts: 'acc_demo', webhooks: webhook.id, transports: transport.id, 'api-keys': key.id },
  }
  keys['own'] = system.key
  keys['reader'] = await keyFor({ scopes: ['read'] })
  keys['other inbox'] = await keyFor({ inboxes: ['inb_sales'] })
  keys['other space'] = await keyFor({ spaces: [space.id] })
  keys['other account'] = await keyFor({ account: account.id })
})
afterAll(() => system?.stop())

/** What a call names: `/v1/threads/{id}/merge` a thread. */
const namedBy = (path: string): string | undefined => /^\/v1\/([\w-]+)\/\{/.exec(path)?.[1]

const pathOf = ({ path, operation }: DescribedCall): string => {
  const query = (operation.parameters ?? []).flatMap((one) =>
    one.in === 'query' && one.required && one.schema
      ? [`${one.name}=${encodeURIComponent(String(sampleOf(one.schema, document, {}, one.name)))}`]
      : [],
  )
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    name === 'n'
      ? path.includes('/dev/')
        ? kept
        : '1'
      : name === 'position'
        ? event
        : (own[namedBy(path) ?? ''] ?? 'unknown'),
  )
  return query.length === 0 ? filled : `${filled}?${query.join('&')}`
}

/** Ids in a body are those of what the caller must not reach. */
const valuesNow = (): Values => ({
  ...{ acc: own['accounts'], spc: own['spaces'], inb: own['inboxes'], thr: own['threads'], msg: own['messages'] },
  ...{ trp: own['transports'], whk: own['webhooks'], key: own['api-keys'] },
  ...{
    address: `a${Math.random().toString(36).slice(2)}@skein.example`,
    url: 'https://hooks.example/',
    host: 'smtp.example',
  },
  ...{ to: ['someone@made.example'], client: 'gmail', thread_id: own['threads'], is_read: true },
  ...{ space: own['spaces'], inbox: own['inboxes'], spaces: [own['spaces']], inboxes: [own['inboxes']] },
  ...{ account: own['accounts'], event },
})

const bodyOf = ({ operation }: DescribedCall): [body: unknown, type: string] | [] => {
  const content = operation.requestBody?.content
  if (content === undefined) return []
  const json = content['application/json']?.schema
  if (json) return [sampleOf(json, document, valuesNow()), 'application/json']
  const [type = ''] = Object.keys(content)
  return [mailFor('support'), type]
}

const asked = (who: string | null, call: DescribedCall): Promise<Answered> =>
  ask(who === null ? null : (keys[who] ?? ''), call.method, pathOf(call), ...bodyOf(call))

/** Accounts are seen by all keys of the account, a space by keys of the inboxes in it. */
const seesAnyway = (who: string, { method, path }: DescribedCall): boolean => {
  const named = namedBy(path)
  if (method !== 'GET') return false
  if (named === 'accounts') return who !== 'other account'
  return named === 'spaces' && who === 'other inbox'
}

/** What would betray that somebody saw what is not theirs. */
const secrets = (who: string): string[] => {
  const { accounts, spaces, ...rest } = own
  const always = [...Object.values(rest), 'secret-of-support', 'Secret of support']
  if (who === 'other inbox') return always
  return [...always, spaces ?? '', ...(who === 'other account' ? [accounts ?? ''] : [])]
}

const closed = (): DescribedCall[] => calls.filter(({ isPublic }) => !isPublic)
const oddOnes = async (
  some: readonly DescribedCall[],
  who: string | null,
  isRight: (answer: Answered, call: DescribedCall) => boolean,
): Promise<string[]> => {
  const odd: string[] = []
  for (const call of some) {
    const answer = await asked(who, call)
    if (!isRight(answer, call)) odd.push(`${call.name} → ${answer.status} ${answer.text.slice(0, 300)}`)
  }
  return odd
}

const foreigners = ['other inbox', 'other space', 'other account'] as const

describe('every call of the API', () => {
  it('is in the matrix', () => {
    expect(closed().length).toBeGreaterThan(40)
  })

  it('is refused without a key, and with one that nobody has', async () => {
    keys['unknown'] = 'sk_nobody_has_this_one'
    for (const who of [null, 'unknown'])
      expect(await oddOnes(closed(), who, ({ status }) => status === 401)).toEqual([])
  })

  it('that changes anything is refused to a key that may only read', async () => {
    const changing = closed().filter(({ scope }) => scope !== 'read')
    expect(changing.length).toBeGreaterThan(20)
    expect(await oddOnes(changing, 'reader', ({ status }) => status === 403)).toEqual([])
  })

  it.each(foreigners)('that names something is closed to a key of %s', async (who) => {
    const naming = closed().filter((call) => namedBy(call.path) !== undefined && !seesAnyway(who, call))
    expect(naming.length).toBeGreaterThan(25)
    expect(await oddOnes(naming, who, ({ status }) => status === 403 || status === 404)).toEqual([])
  })

  it.each(foreigners)('that lists shows a key of %s nothing that is not its own', async (who) => {
    const listing = closed().filter(({ method, path }) => method === 'GET' && !path.includes('{'))
    const isRight = ({ text }: Answered): boolean => !secrets(who).some((secret) => text.includes(secret))
    expect(await oddOnes(listing, who, isRight)).toEqual([])
  })

  it.each(foreigners)('that makes something takes no id from a key of %s that is not its own', async (who) => {
    const making = closed().filter(({ method, path }) => method === 'POST' && !path.includes('{'))
    const names = (call: DescribedCall): boolean => secrets(who).some((id) => JSON.stringify(bodyOf(call)).includes(id))
    const isRight = ({ status }: Answered): boolean => status >= 400 && status < 500
    expect(making.filter(names).length).toBeGreaterThan(2)
    expect(await oddOnes(making.filter(names), who, isRight)).toEqual([])
  })

  it('is open to the key of the account itself: what others are refused is really there', async () => {
    const removing = closed().filter(({ method }) => method === 'DELETE')
    const rest = closed().filter(({ method }) => method !== 'DELETE')
    // a refusal for the state that things are in is none of the key; what is off on an instance is off for everybody
    const isRight = ({ status }: Answered): boolean => status < 300 || status === 409
    expect(await oddOnes(rest, 'own', isRight)).toEqual([])
    expect(await oddOnes(removing, 'own', isRight)).toEqual([])
  })
})
