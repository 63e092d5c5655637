import { eventTypes, type Decided } from '@skein/events'
import { explainPlacement } from '@skein/threading'
import type { MessageDetail, NoteDetail } from '@skein/views'
import type { ExplanationJson } from './answers/reasons.js'

/** The event of a note; `null` where what it said was erased. */
const decidedOf = ({ type, thread, data }: NoteDetail): Decided | null => {
  const read = eventTypes[type].data.safeParse(data)
  return read.success ? ({ type, thread, data: read.data } as Decided) : null
}

const parentWords = ({ parentId, parent }: MessageDetail): string => {
  if (parentId === null) return 'It answers no other mail.'
  return `It answers <${parentId}>: ${parent === null ? 'nobody has received that one' : `that is message ${parent}`}.`
}

/** Why a message is where it is, for programs and for people. A pure function of what the views hold. */
export const explanation = (message: MessageDetail, notes: readonly NoteDetail[]): ExplanationJson => {
  const names = { message: (id: string) => `message ${id}`, thread: (id: string) => `thread ${id}` }
  const { rule, confidence, evidence, rivals } = message
  const placement = { rule, confidence, evidence: [...evidence], rivals: [...rivals] }
  const explained = explainPlacement(
    placement,
    notes.flatMap((note) => decidedOf(note) ?? []),
    names,
  )
  return {
    message_id: message.id,
    thread_id: message.thread,
    ...explained,
    words: [...explained.words, parentWords(message)],
    notes: notes.map(({ type, position, time }) => ({ type, position, time })),
  }
}
