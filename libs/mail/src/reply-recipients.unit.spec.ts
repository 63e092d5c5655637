import { describe, expect, it } from 'vitest'
import { parseAddresses } from './address.js'
import { replyRecipients, type AnsweredRole } from './reply-recipients.js'

interface Row {
  from: string
  replyTo?: string
  to?: string
  cc?: string
  own?: string[]
  role?: AnsweredRole
  toAll?: boolean
  asked?: string
}

const answer = ({
  from,
  replyTo = '',
  to = '',
  cc = '',
  own = ['support@us'],
  role = 'to',
  toAll = false,
  asked = '',
}: Row) => {
  const parent = {
    from: parseAddresses(from),
    replyTo: parseAddresses(replyTo),
    to: parseAddresses(to),
    cc: parseAddresses(cc),
  }
  const recipients = replyRecipients({ parent, own, role, toAll, cc: parseAddresses(asked) })
  const addresses = (people: { address: string }[]) => people.map(({ address }) => address)
  return { to: addresses(recipients.to), cc: addresses(recipients.cc), reasons: recipients.reasons }
}

describe('recipients of a reply', () => {
  it.each<[string, Row, string[], string[]]>([
    ['are the sender', { from: 'al@a.test', to: 'support@us, bo@b.test', cc: 'ce@c.test' }, ['al@a.test'], []],
    [
      'are who Reply-To names',
      { from: 'al@a.test', replyTo: 'help@a.test, desk@a.test', to: 'support@us' },
      ['help@a.test', 'desk@a.test'],
      [],
    ],
    [
      'are all but our own addresses and their plus-tags',
      {
        from: 'al@a.test',
        to: 'support@us, sales@us, bo@b.test',
        cc: 'support+x@us, ce@c.test',
        own: ['support@us', 'sales@us'],
        toAll: true,
      },
      ['al@a.test', 'bo@b.test'],
      ['ce@c.test'],
    ],
    [
      'are named once',
      { from: 'al@a.test', to: 'AL@a.test, bo@b.test', cc: 'bo@B.test, al@a.test', toAll: true },
      ['al@a.test', 'bo@b.test'],
      [],
    ],
    [
      'are those of our own mail when we answer it',
      { from: 'support@us', to: 'al@a.test', cc: 'ce@c.test' },
      ['al@a.test'],
      [],
    ],
    [
      'are all of those of our own mail',
      { from: 'support@us', to: 'al@a.test', cc: 'ce@c.test', toAll: true },
      ['al@a.test'],
      ['ce@c.test'],
    ],
    [
      'are the addressed ones where we were copied, the sender too',
      { from: 'al@a.test', to: 'bo@b.test', cc: 'support@us', role: 'cc' },
      ['bo@b.test'],
      ['al@a.test'],
    ],
    [
      'are in Cc who was copied with us and who the caller asks for',
      {
        from: 'al@a.test',
        to: 'bo@b.test',
        cc: 'support@us, ce@c.test',
        role: 'cc',
        toAll: true,
        asked: 'di@d.test, al@a.test',
      },
      ['bo@b.test'],
      ['al@a.test', 'ce@c.test', 'di@d.test'],
    ],
    [
      'move up where nobody is left in To',
      { from: 'al@a.test', to: 'support@us', cc: 'support@us', role: 'cc' },
      ['al@a.test'],
      [],
    ],
    [
      'take what the caller asks for into Cc',
      { from: 'al@a.test', to: 'support@us', asked: 'Di <di@d.test>' },
      ['al@a.test'],
      ['di@d.test'],
    ],
    ['keep plus-tags of others', { from: 'al+x@a.test', to: 'support@us' }, ['al+x@a.test'], []],
    [
      'know our own address in other case',
      { from: 'al@a.test', to: 'Support@US, bo@b.test', toAll: true },
      ['al@a.test', 'bo@b.test'],
      [],
    ],
    ['are nobody where only we are named', { from: 'support@us', to: 'support+a@us' }, [], []],
  ])('%s', (_, row, to, cc) => {
    expect(answer(row)).toMatchObject({ to, cc })
  })

  it('say why each address is where it is', () => {
    const { reasons } = answer({
      from: 'al@a.test',
      replyTo: 'help@a.test',
      to: 'support@us, bo@b.test',
      toAll: true,
      asked: 'di@d.test',
    })
    expect(reasons).toEqual([
      { address: 'help@a.test', field: 'to', reason: 'Reply-To of the mail' },
      { address: 'support@us', field: 'left out', reason: 'it is an address of ours' },
      { address: 'bo@b.test', field: 'to', reason: 'To of the mail' },
      { address: 'di@d.test', field: 'cc', reason: 'asked for by the caller' },
    ])
  })
})
