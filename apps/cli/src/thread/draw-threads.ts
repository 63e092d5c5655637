import { stripVTControlCharacters } from 'node:util'
import type { Placement } from '@skein/threading'

export interface DrawnMail {
  placement: Placement
  subject: string
  from: string
  date: string | null
}

const WIDEST = 200
/** So deep the picture still grows to the right; below that, the depth is a number. */
const DEEPEST = 20

/** Mail comes from strangers: nothing of it may steer the terminal. */
export const plain = (text: string, widest = WIDEST): string =>
  stripVTControlCharacters(text)
    .replace(/\p{C}+/gu, ' ')
    .slice(0, widest)

const indent = (depth: number): string => (depth <= DEEPEST ? '  '.repeat(depth) : `${'  '.repeat(DEEPEST)}(${depth}) `)

const nameOf = ({ subject, from, date }: DrawnMail): string =>
  `${date?.slice(0, 16).replace('T', ' ') ?? '(no date)       '}  ${plain(from)}: ${plain(subject)}`

const inTime = (a: DrawnMail, b: DrawnMail): number => {
  const [x, y] = [a.date ?? '', b.date ?? '']
  return x < y ? -1 : x > y ? 1 : 0
}

/** One thread: each mail below the one that it answers, ids that never came in brackets, copies left out. */
const drawThread = (mails: readonly DrawnMail[]): string => {
  const known = new Set(mails.map(({ placement }) => placement.messageId))
  const below = Map.groupBy(mails.toSorted(inTime), ({ placement }) => placement.parentId)
  const tops = [...below.keys()].filter((id) => id === null || !known.has(id))
  const lines: string[] = []
  const seen = new Set<DrawnMail>()
  const draw = (start: readonly DrawnMail[], depth: number) => {
    const waiting = start.toReversed().map((mail) => ({ mail, depth }))
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (seen.has(next.mail)) continue
      seen.add(next.mail)
      lines.push(`${indent(next.depth)}${nameOf(next.mail)}`)
      const children = below.get(next.mail.placement.messageId) ?? []
      for (const mail of children.toReversed()) waiting.push({ mail, depth: next.depth + 1 })
    }
  }
  for (const id of tops) {
    if (id !== null) lines.push(`[${plain(id)}]`)
    draw(below.get(id) ?? [], id === null ? 0 : 1)
  }
  return `${lines.join('\n')}\n`
}

/** The threads in the order in which they started, as text, with an empty line between them. */
export function* drawThreads(mails: readonly DrawnMail[]): Generator<string> {
  const shown = new Map(mails.toReversed().map((mail) => [mail.placement.message, mail]))
  const inOrder = mails.filter((mail) => shown.get(mail.placement.message) === mail)
  let isFirst = true
  for (const thread of Map.groupBy(inOrder, ({ placement }) => placement.thread).values()) {
    yield `${isFirst ? '' : '\n'}${drawThread(thread)}`
    isFirst = false
  }
}
