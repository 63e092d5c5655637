import type { AccountId } from '@skein/events'
import { hasWholeAccount, notFound, Problem, type CallerOf } from '@skein/http'

const TITLE = 'The key may not do this'

/** @throws Problem 403 for a key that is restricted to spaces or inboxes */
export const needWholeAccount = (caller: CallerOf): void => {
  if (hasWholeAccount(caller)) return
  throw new Problem(403, 'key-restricted', TITLE, 'This is about the account; the key is for a part of it.', {
    field: 'Authorization',
    fix: 'Use a key that is not restricted to spaces or inboxes.',
  })
}

/** @throws Problem 403 for a key that is not the operator's */
export const needInstance = (caller: CallerOf): void => {
  if (caller.instance) return
  throw new Problem(403, 'key-restricted', TITLE, 'Accounts are made and removed by the operator of the instance.', {
    field: 'Authorization',
    fix: 'Use a key with instance: true, as the first key of an instance has it.',
  })
}

/** Gives an entry that is there and the account's. @throws Problem 404 */
export const ofAccount = <T extends { readonly account: AccountId }>(
  entry: T | null | undefined,
  account: AccountId,
  what: string,
  id: string,
): T => {
  if (entry?.account !== account) throw notFound(what, id)
  return entry
}

/** What stands in the way of a change, and how to put it right. */
export const conflict = (slug: string, detail: string, extra: { field?: string; fix: string }): Problem =>
  new Problem(409, slug, 'The directory does not allow this', detail, extra)
