import { pages, type Client, type Message } from '@skein/client'
import type { ApiFlags } from '../directory/run-directory.js'
import { clientOf, minute, nameOf, oneLine, plain, say } from './output.js'
import { threadNow } from './thread-now.js'

async function* messagesOf(client: Client, id: string): AsyncGenerator<Message> {
  const params = { path: { id }, query: { limit: 100 } }
  for await (const page of pages(client, '/v1/threads/{id}/messages', params)) yield* page.messages
}

const fromOf = (message: Message): string => oneLine(message.from.map(nameOf).join(', ') || '(nobody)', 30)

const lineOf = (message: Message): string => {
  const marks = `${message.is_read ? ' ' : '*'}${message.direction === 'out' ? '>' : ' '}`
  const number = `${message.thread_position}`.padStart(4)
  return `${number} ${marks} ${minute(message.sent_at)}  ${fromOf(message).padEnd(30)}  ${oneLine(message.snippet, 60)}`
}

/** A thread with a line a message. `*`: unread; `>`: from us. */
export const showThread = async (id: string, flags: ApiFlags): Promise<void> => {
  const client = await clientOf(flags)
  const thread = await threadNow(client, id)
  if (flags.json) return say(JSON.stringify(thread))
  say(plain(thread.subject || '(no subject)'))
  say(oneLine(thread.participants.map(nameOf).join(', '), 118))
  const words = [`${thread.message_count} messages`, `${thread.unread_count} unread`, `version ${thread.version}`]
  say([thread.id, ...words, ...thread.labels.map((label) => `#${plain(label)}`)].join(', ') + '\n')
  for await (const message of messagesOf(client, thread.id)) say(lineOf(message))
}

const textOf = (message: Message, quotes: boolean): string => {
  const text = quotes ? message.text : message.new_text
  return plain(text ?? '(erased)').trim() || '(no text)'
}

/** The messages with their text, without what they quote unless it is asked for. */
export const showMessages = async (id: string, flags: ApiFlags & { quotes?: true }): Promise<void> => {
  const client = await clientOf(flags)
  for await (const message of messagesOf(client, id)) {
    if (flags.json) {
      say(JSON.stringify(message))
      continue
    }
    const files = message.attachments.map(
      ({ filename, size }) => `${oneLine(filename ?? 'unnamed', 60)} (${size} octets)`,
    )
    say(`${lineOf(message).slice(0, 60).trimEnd()}  ${message.id}`)
    say(`\n${textOf(message, flags.quotes ?? false)}\n`)
    if (files.length > 0) say(`Attached: ${files.join(', ')}\n`)
  }
}
