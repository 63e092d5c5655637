import { mayUse, hasWholeAccount, notFound, type CallerOf } from '@skein/http'
import type { Directory, Webhook } from '@skein/log'

/** An endpoint that the caller may see: of its account, and for a restricted key only of its inboxes. @throws Problem 404 */
export const endpointSeen = (directory: Directory, caller: CallerOf, id: string): Webhook => {
  const endpoint = directory.get('webhook', id)
  if (endpoint?.account !== caller.account) throw notFound('webhook', id)
  if (hasWholeAccount(caller)) return endpoint
  const isOwn = endpoint.inboxes?.every((one) => {
    const inbox = directory.inbox(one)
    return inbox !== undefined && mayUse(caller, inbox)
  })
  if (isOwn !== true) throw notFound('webhook', id)
  return endpoint
}
