import { describe, expect, it } from 'vitest'
import { messageId, messageIdOf, type SpaceId } from './ids.js'

const mail = { space: 'spc_a' as SpaceId, messageId: 'one@example.org', digest: 'd1' }

describe('the id of a message', () => {
  it('is the same for the same mail, on every machine and for ever', () => {
    expect(messageIdOf(mail)).toBe('msg_muawmwbkucoaj67wgbbp2j2jl2')
  })
  it('has the form of an id, whatever the Message-ID is made of', () => {
    for (const id of ['', '\ud800', 'x'.repeat(10_000), '\n\n'])
      expect(messageId.safeParse(messageIdOf({ ...mail, messageId: id })).success).toBe(true)
  })
  it.each<[string, Partial<typeof mail>]>([
    ['space', { space: 'spc_b' as SpaceId }],
    ['Message-ID', { messageId: 'two@example.org' }],
    ['content', { digest: 'd2' }],
  ])('is another one for another %s', (_, other) => {
    expect(messageIdOf({ ...mail, ...other })).not.toBe(messageIdOf(mail))
  })
})
