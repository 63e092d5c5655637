import { createHash } from 'node:crypto'
import type { AccountId, InboxId, KeyId, SpaceId } from '@skein/events'
import type { Inbox, Log } from '@skein/log'
import type { Instance } from '../up/instance.js'

const account = 'acc_demo' as AccountId
const space = 'spc_demo' as SpaceId

const inbox = (name: string, title: string): Inbox => ({
  id: `inb_${name}` as InboxId,
  account,
  space,
  name: title,
  address: `${name}@skein.example`,
  aliases: [],
  plusAddressing: true,
  catchAll: [],
  transport: null,
})

/** The inboxes that the sample mail is for; one space, so that a conversation may run through several of them. */
export const demoInboxes = [inbox('support', 'Support'), inbox('sales', 'Sales'), inbox('team', 'Team')] as const

/**
 * Fills an empty directory: one account, one space, three inboxes, and the key of this instance, which is the operator's. What
 * is there stays as it is: so twice changes nothing, and another key may be added later.
 */
export const seedDirectory = async (
  log: Log,
  { apiKey, createdAt }: Pick<Instance, 'apiKey' | 'createdAt'>,
): Promise<void> => {
  const { directory } = log
  const hash = createHash('sha256').update(apiKey).digest('hex')
  const known = directory.keyByHash(hash)
  // keys from before there were operator keys
  if (known?.instance === false) await directory.change('key', known.id, (key) => ({ ...key, instance: true }))
  if (known !== undefined) return
  if (directory.account(account) === undefined) {
    await directory.put('account', { id: account, name: 'Demo' })
    await directory.put('space', { id: space, account, name: 'Demo', rules: 'skein', policies: {} })
    for (const one of demoInboxes) await directory.put('inbox', one)
  }
  await directory.put('key', {
    id: `key_${hash.slice(0, 12)}` as KeyId,
    account,
    name: 'first key',
    hash,
    scopes: ['read', 'write', 'send', 'admin'],
    instance: true,
    createdAt,
  })
}
