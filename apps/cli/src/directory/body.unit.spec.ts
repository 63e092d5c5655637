import { describe, expect, it } from 'vitest'
import { bodyOf } from './body.js'
import { kinds } from './kinds.js'

const of = (command: string, flags: Record<string, unknown>) =>
  bodyOf(kinds.find((kind) => kind.command === command)?.fields ?? [], flags)

describe('the body of a call', () => {
  it.each<[string, string, Record<string, unknown>, object]>([
    [
      'has what was given, under the names of the API',
      'inboxes',
      { address: 'a@x.example', catchAll: ['x.example'] },
      { address: 'a@x.example', catch_all: ['x.example'] },
    ],
    ['says yes and no', 'inboxes', { plus: false }, { plus_addressing: false }],
    ['says nothing of a flag that is not there', 'webhooks', { on: undefined }, {}],
    ['takes a word for none', 'inboxes', { transport: 'none' }, { transport: null }],
    ['takes an empty value for an empty list', 'inboxes', { alias: [''] }, { aliases: [] }],
    [
      'makes an object of pairs',
      'spaces',
      { policy: ['subject_policy=split'] },
      { policies: { subject_policy: 'split' } },
    ],
    [
      'puts together what belongs together',
      'transports',
      { dkimDomain: 'x.example', dkimSelector: 's' },
      { dkim: { domain: 'x.example', selector: 's' } },
    ],
    ['makes numbers of numbers', 'transports', { port: '25' }, { port: 25 }],
  ])('%s', async (_, command, flags, body) => {
    expect(await of(command, flags)).toEqual(body)
  })

  it('refuses a pair that is none', async () => {
    await expect(of('spaces', { policy: ['split'] })).rejects.toThrow('name=value')
  })
})
