import { pages, type Inbox } from '@skein/client'
import type { ApiFlags } from '../directory/run-directory.js'
import { textTable } from '../thread/text-table.js'
import { clientOf, oneLine, say } from './output.js'

export const listInboxes = async (flags: ApiFlags): Promise<void> => {
  const inboxes: Inbox[] = []
  for await (const page of pages(await clientOf(flags), '/v1/inboxes')) inboxes.push(...page.inboxes)
  if (flags.json) return inboxes.forEach((inbox) => say(JSON.stringify(inbox)))
  if (inboxes.length === 0) return say('No inboxes yet.')
  const rows = inboxes.map(({ id, address, name, aliases }) => [id, address, oneLine(name, 30), aliases.join(', ')])
  say(textTable(['id', 'address', 'name', 'aliases'], rows))
}
