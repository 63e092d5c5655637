import { createHash, generateKeyPairSync, verify } from 'node:crypto'
import { Secrets, type Transport } from '@skein/log'
import { describe, expect, it } from 'vitest'
import { CannotSign, signed } from './signed.js'
import { nameOf, serverOf, transportFor, type TransportChoice } from './transport-for.js'

const secrets = new Secrets('a-secret-of-the-spec')
const transport = (id: string, account: string, domains: string[], over: Partial<Transport> = {}): Transport => ({
  ...{
    id: id as never,
    account: account as never,
    name: id,
    domains,
    host: `${id}.example`,
    port: 587,
    security: 'starttls',
  },
  ...{ user: null, password: null, dkim: null, rewritesMessageId: false },
  ...over,
})
const all = [
  transport('trp_other', 'acc_b', ['a.example']),
  transport('trp_domain', 'acc_a', ['x.example', 'A.example']),
  transport('trp_own', 'acc_a', []),
]
const directory = {
  get: (_: string, id: string) => all.find((one) => one.id === id),
  all: () => all,
} as never
const inbox = (over: object = {}) => ({ account: 'acc_a', address: 'us@a.example', transport: null, ...over }) as never
const instance = { defaultTransport: { host: '127.0.0.1', port: 2525 } }

describe('mail of an inbox leaves', () => {
  it.each([
    ['by its own transport', { transport: 'trp_own' }, 'trp_own'],
    ['by the one of its domain, without case', {}, 'trp_domain'],
    ["by the instance's server", { address: 'us@elsewhere.example' }, 'instance'],
    ['by none of another account', { account: 'acc_c' }, 'instance'],
  ])('%s', (_, over, name) => {
    const choice = transportFor(directory, inbox(over), instance)
    expect(choice && nameOf(choice)).toBe(name)
  })

  it('not at all where there is none, or the one that it names is gone', () => {
    expect(transportFor(directory, inbox({ address: 'us@elsewhere.example' }), { defaultTransport: null })).toBeNull()
    expect(transportFor(directory, inbox({ transport: 'trp_gone' }), instance)).toBeNull()
    expect(transportFor(directory, inbox({ transport: 'trp_other' }), instance)).toBeNull()
  })
})

describe('the secrets of a transport', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const withKey = (key: string): TransportChoice => {
    const dkim = { domain: 'a.example', selector: 's1', privateKey: secrets.seal(key, 'transport trp_a dkim') }
    return { by: 'inbox', transport: transport('trp_a', 'acc_a', [], { dkim }) }
  }
  const raw = Buffer.from('From: us@a.example\r\nSubject: x\r\n\r\nText\r\n.\r\n')

  it('open for its login', () => {
    const password = secrets.seal('hunter2', 'transport trp_a password')
    const choice = { by: 'inbox', transport: transport('trp_a', 'acc_a', [], { user: 'us', password }) } as const
    expect(serverOf(choice, { secrets })).toMatchObject({ login: { user: 'us', password: 'hunter2' } })
    const moved = { by: 'inbox', transport: transport('trp_b', 'acc_a', [], { user: 'us', password }) } as const
    expect(() => serverOf(moved, { secrets })).toThrow('trp_b')
  })

  it('sign its mail, in the same way each time, and leave the rest of it as it is', async () => {
    const mail = await signed(raw, withKey(privateKey), { secrets })
    expect(Buffer.from(mail).toString()).toMatch(
      /^DKIM-Signature: v=1; a=rsa-sha256; c=relaxed\/relaxed; d=a\.example;/,
    )
    expect(Buffer.from(mail).subarray(-raw.length)).toEqual(raw)
    expect(await signed(raw, withKey(privateKey), { secrets })).toEqual(mail)
  })

  it('sign what the mail says (RFC 6376 §3.7)', async () => {
    const mail = Buffer.from(await signed(raw, withKey(privateKey), { secrets })).toString()
    const field = mail.slice(0, mail.indexOf('\r\nFrom:')).replace(/\r\n /g, ' ').replace(/\s+/g, ' ')
    const tag = (name: string): string => new RegExp(`[; ]${name}=([^;]*)`).exec(field)?.[1]?.replace(/ /g, '') ?? ''
    expect(tag('bh')).toBe(createHash('sha256').update('Text\r\n.\r\n').digest('base64'))
    expect(tag('h')).toBe('from:subject')
    const unsigned = field.slice(0, field.indexOf(' b=') + 3).replace('DKIM-Signature: ', 'dkim-signature:')
    const text = `from:us@a.example\r\nsubject:x\r\n${unsigned}`
    expect(verify('sha256', Buffer.from(text), publicKey, Buffer.from(tag('b'), 'base64'))).toBe(true)
  })

  it('are no reason to send without a signature when they are no key', async () => {
    await expect(signed(raw, withKey('not a key'), { secrets })).rejects.toThrow(CannotSign)
  })
})
