import { pages, type ThreadSummary } from '@skein/client'
import type { ApiFlags } from '../directory/run-directory.js'
import { textTable } from '../thread/text-table.js'
import { clientOf, minute, nameOf, oneLine, say } from './output.js'

export interface ThreadFlags extends ApiFlags {
  readonly limit: number
  readonly inbox?: string
  readonly unread?: true
  readonly search?: string
  readonly q?: string
  readonly domain?: string
  readonly address?: string
  readonly label?: string
}

const PAGE = 100

const queryOf = ({ inbox, unread, search, q, domain, address, label, limit }: ThreadFlags) => ({
  limit: Math.min(PAGE, limit),
  ...(inbox === undefined ? {} : { inbox }),
  ...(unread === undefined ? {} : { is_read: 'false' as const }),
  ...(search === undefined ? {} : { search }),
  ...(q === undefined ? {} : { q }),
  ...(domain === undefined ? {} : { domain }),
  ...(address === undefined ? {} : { address }),
  ...(label === undefined ? {} : { label }),
})

const rowOf = (thread: ThreadSummary): string[] => [
  minute(thread.last_message_at),
  thread.id,
  oneLine(thread.subject || '(no subject)', 44),
  oneLine(thread.participants.map(nameOf).join(', '), 32),
  `${thread.message_count}`,
  thread.unread_count === 0 ? '' : `${thread.unread_count}`,
]

export const listThreads = async (flags: ThreadFlags): Promise<void> => {
  const threads: ThreadSummary[] = []
  let more = false
  for await (const page of pages(await clientOf(flags), '/v1/threads', { query: queryOf(flags) })) {
    threads.push(...page.threads)
    more = page.next_cursor !== null || threads.length > flags.limit
    if (threads.length >= flags.limit) break
  }
  const shown = threads.slice(0, flags.limit)
  if (flags.json) return shown.forEach((thread) => say(JSON.stringify(thread)))
  if (shown.length === 0) return say('No such threads.')
  say(textTable(['last mail', 'id', 'subject', 'people', 'mails', 'unread'], shown.map(rowOf)))
  if (more) say(`${shown.length} threads, and more: --limit says how many.`)
}
