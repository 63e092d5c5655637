import type { AccountId, InboxId, SpaceId } from '@skein/events'
import type { MessageDetail } from '@skein/views'
import { describe, expect, it } from 'vitest'
import { Access } from './access.js'

const account = 'acc_a' as AccountId
const [desk, sales] = ['inb_desk', 'inb_sales'] as [InboxId, InboxId]
/** The desk wrote to sales and, blind, to somebody else. */
const message = {
  space: 'spc_a' as SpaceId,
  deliveries: [{ inbox: desk }, { inbox: sales }],
  copies: [],
  sending: { inbox: desk, to: ['sales@skein.test', 'blind@mail.test'] },
} as never as MessageDetail
const none = { inbox: () => undefined, inboxes: () => [], inboxByAddress: () => undefined, all: () => [] }
const views = { thread: () => Promise.resolve(null), message: () => Promise.resolve(message) }
const access = new Access(none as never, views, 1)
const shownTo = (inboxes: InboxId[] | null) => access.message({ account, spaces: null, inboxes }, 'msg_a')

describe('a key for inboxes', () => {
  it('sees who got a mail blind only where its inbox sent it', async () => {
    expect((await shownTo([sales]))?.sending).toBeNull()
    expect((await shownTo([desk]))?.sending?.to).toContain('blind@mail.test')
    expect((await shownTo(null))?.sending?.to).toContain('blind@mail.test')
  })

  it('sees of a mail what its inbox has of it', async () => {
    expect((await shownTo([sales]))?.deliveries).toEqual([{ inbox: sales }])
    expect(await shownTo(['inb_other' as InboxId])).toBeNull()
  })
})
