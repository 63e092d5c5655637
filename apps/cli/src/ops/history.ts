import { answerOf, type HistoryEntry, type ThreadThen } from '@skein/client'
import { clientOf, minute, nameOf, oneLine, plain, say } from '../client/output.js'
import type { ApiFlags } from '../directory/run-directory.js'

const PAGE = 100
const whoOf = ({ by }: HistoryEntry): string =>
  by.kind === 'input' ? `by ${by.input}` : `by ${by.actor} (${by.command})`

const second = (time: string): string => time.slice(0, 19).replace('T', ' ')

const linesOf = (entry: HistoryEntry): string[] => {
  const rule = entry.rule === null ? '' : `, rule ${entry.rule}`
  const head = `${entry.position.padStart(8)}  ${second(entry.time)}  ${entry.type}  ${whoOf(entry)}${rule}`
  return [head, ...entry.words.map((words) => `          ${oneLine(words, 200)}`)]
}

/** The timeline, oldest first; with `--json` a line an entry. */
export const showHistory = async (id: string, flags: ApiFlags): Promise<void> => {
  const client = await clientOf(flags)
  for (let cursor: string | null | undefined; cursor !== null;) {
    const query = { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) }
    const page = await answerOf(client.GET('/v1/threads/{id}/history', { params: { path: { id }, query } }))
    for (const entry of page.history) say(flags.json ? JSON.stringify(entry) : linesOf(entry).join('\n'))
    cursor = page.next_cursor
  }
}

/** The thread as it was at an event or a time, with a line a message. */
export const showThreadThen = async (id: string, asOf: string, flags: ApiFlags): Promise<void> => {
  const client = await clientOf(flags)
  const call = client.GET('/v1/threads/{id}', { params: { path: { id }, query: { as_of: asOf } } })
  const then = (await answerOf(call)) as ThreadThen
  if (flags.json) return say(JSON.stringify(then))
  say(plain(then.subject || '(no subject)'))
  const merged = then.state === 'merged' ? [`${then.asked_id} was merged into it`] : []
  const absorbed = then.absorbed.length === 0 ? [] : [`with ${then.absorbed.join(', ')}`]
  const at = `as of ${then.as_of.position}, ${second(then.as_of.time)}`
  say([then.id, ...merged, ...absorbed, `${then.message_count} messages`, at].join(', ') + '\n')
  for (const message of then.messages) {
    const from = oneLine(message.from.map(nameOf).join(', ') || '(nobody)', 30).padEnd(30)
    say(
      `${message.direction === 'out' ? '>' : ' '} ${minute(message.sent_at)}  ${from}  ${oneLine(message.snippet, 60)}`,
    )
  }
}
