import { accountId, type AccountId } from '@skein/events'
import { notFound, type CallerOf, type Chance } from '@skein/http'
import type { Account, Directory } from '@skein/log'
import { z } from 'zod'
import { newId } from './new-id.js'
import { nextCursor, pageOf, type PageQuery } from './pages.js'
import { conflict, needInstance, needWholeAccount } from './rights.js'
import { title } from './well-formed.js'

export const accountBody = z.strictObject({ name: title })
export type AccountBody = z.infer<typeof accountBody>
export const accountJson = z.object({ id: accountId, name: z.string() })
export type AccountJson = z.infer<typeof accountJson>
export const accountList = z.object({ accounts: z.array(accountJson), next_cursor: nextCursor })
export type AccountList = z.infer<typeof accountList>

const jsonOf = ({ id, name }: Account): AccountJson => ({ id, name })

/** A key sees its own account; the operator's sees all. @throws Problem 404 */
const seen = (directory: Directory, caller: CallerOf, id: string): Account => {
  const account = directory.get('account', id)
  if (!account || (account.id !== caller.account && !caller.instance)) throw notFound('account', id)
  return account
}

export const listAccounts = (directory: Directory, caller: CallerOf, query: PageQuery): AccountList => {
  const all = directory.all('account').filter(({ id }) => caller.instance || id === caller.account)
  const { page, next_cursor } = pageOf(all, query)
  return { accounts: page.map(jsonOf), next_cursor }
}

export const getAccount = (directory: Directory, caller: CallerOf, id: string): AccountJson =>
  jsonOf(seen(directory, caller, id))

export const makeAccount = async (
  directory: Directory,
  caller: CallerOf,
  body: AccountBody,
  chance: Chance,
): Promise<AccountJson> => {
  needInstance(caller)
  return jsonOf(await directory.put('account', { id: newId<AccountId>('acc', chance), ...body }))
}

export const changeAccount = async (
  directory: Directory,
  caller: CallerOf,
  id: string,
  { name }: AccountBody,
): Promise<AccountJson> => {
  seen(directory, caller, id)
  needWholeAccount(caller)
  const changed = await directory.change('account', id, (account) => ({ ...account, name }))
  if (!changed) throw notFound('account', id)
  return jsonOf(changed)
}

/** Its keys, webhooks and transports go with it. @throws Problem 409 while it has spaces, or where the key that asks is its own */
export const removeAccount = async (directory: Directory, caller: CallerOf, id: string): Promise<void> => {
  const account = seen(directory, caller, id)
  needInstance(caller)
  if (account.id === caller.account) {
    const detail = `${id} is the account of the key that asks.`
    throw conflict('account-in-use', detail, { fix: 'Use a key of another account.' })
  }
  const spaces = directory.all('space').filter((space) => space.account === account.id)
  if (spaces.length > 0) {
    const detail = `${id} has ${spaces.length} space(s), ${spaces[0]?.id} among them.`
    throw conflict('account-in-use', detail, { fix: 'Delete its inboxes and spaces first.' })
  }
  for (const kind of ['key', 'webhook', 'transport'] as const)
    for (const entry of directory.all(kind)) if (entry.account === account.id) await directory.delete(kind, entry.id)
  await directory.delete('account', account.id)
}
