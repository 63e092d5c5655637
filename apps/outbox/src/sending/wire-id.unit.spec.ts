import { expect, it } from 'vitest'
import { wireIdIn, type Answered } from './wire-id.js'

const said = (response: string, over: Partial<Answered> = {}): Answered => ({
  ...{ response, messageId: '5f2c0a.1@skein.example', addresses: ['us@skein.example', 'first.last2024@there.example'] },
  ...{ host: 'mx.there.example', rewritesMessageId: false },
  ...over,
})
const SES = '250 Ok 0100018b5c3c0a4f-2b1f4a3e-7c1d-4a5e-9b2f-000000'

it.each([
  [
    'an id in brackets',
    '250 2.0.0 OK <AM0PR01MB1234@AM0PR01MB1234.eurprd01.prod.outlook.com> [Hostname=x]',
    'AM0PR01MB1234@am0pr01mb1234.eurprd01.prod.outlook.com',
  ],
  ['our own id', '250 2.6.0 <5f2c0a.1@skein.example> [InternalId=7] Queued mail for delivery', null],
  ['our own id in capitals', '250 <5F2C0A.1@SKEIN.EXAMPLE> queued', null],
  ['a recipient', '250 2.1.5 <first.last2024@there.example> accepted', null],
  ['a name of a person or a server', '250 ok <postmaster@there.example>', null],
  ['a number in the queue', '250 2.0.0 Ok: queued as 4F2A11C0D3', null],
  ["SES's form, of a server that is not known to say it", SES, null],
  ['no more than ok', '250 ok', null],
])('the id of the other side is read from an answer that says one: %s', (_, response, id) => {
  expect(wireIdIn(said(response))).toBe(id)
})

it.each([
  ['email-smtp.us-east-1.amazonaws.com', false, 'email'],
  ['email-smtp.eu-west-1.amazonaws.com', false, 'eu-west-1'],
  ['vpce-1-x.email-smtp.ap-southeast-2.vpce.amazonaws.com', false, 'ap-southeast-2'],
  ['relay.there.example', true, 'email'],
])("Amazon SES's id has the domain of its region: %s", (host, rewritesMessageId, domain) => {
  const id = wireIdIn(said(SES, { host, rewritesMessageId }))
  expect(id).toBe(`0100018b5c3c0a4f-2b1f4a3e-7c1d-4a5e-9b2f-000000@${domain}.amazonses.com`)
})
