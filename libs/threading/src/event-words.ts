import type { Decided } from '@skein/events'
import { explainPlacement, noteWords, type Names } from './explain.js'

const counted = (count: number, one: string): string => (count === 1 ? `One ${one}` : `${count} ${one}s`)

/** A timeline names the mail that an explanation calls “it”. */
const plainWords = ({ type, thread, data }: Decided, names: Names): string | null => {
  if (type === 'ThreadStarted') return `${names.message(data.message)} starts a conversation.`
  if (type === 'MessageMoved')
    return `${counted(data.messages.length, 'mail')} went from ${names.thread(thread)} to ${names.thread(data.to)}.`
  if (type === 'MergeUndone')
    return `The merge of ${names.thread(data.absorbed)} into ${names.thread(thread)} was taken back.`
  if (type === 'MessageErased') return `The content of ${names.message(data.message)} was erased; its ids stay.`
  if (type === 'JoinAccepted') return `${names.message(data.message)} was let into ${names.thread(data.into)}.`
  if (type === 'JoinRefused')
    return `Somebody said that ${names.message(data.message)} does not belong to ${names.thread(data.candidate)}.`
  return null
}

/** One event of a thread's timeline in words for a person, the most important first. */
export const eventWords = (event: Decided, names: Names): string[] => {
  if (event.type === 'MessageThreaded') return explainPlacement(event.data, [], names).words
  if (event.type === 'MessageDelivered') {
    const { rule, message, copy } = event.data
    const again = copy === null ? 'came to another inbox' : 'came again as another copy'
    return [`${names.message(message)} ${again} (${rule}).`]
  }
  const plain = plainWords(event, names)
  const noted = event.type === 'ThreadStarted' || plain === null ? noteWords(event, names) : null
  return [plain, noted].filter((words) => words !== null)
}
