import { stripVTControlCharacters } from 'node:util'
import type { JudgedMail } from './difference-causes.ts'
import type { Difference } from './partition-agreement.ts'

export interface DetailedMail {
  file: string
  messageId: string
  subject: string
}

/** One difference with what it takes to find its mails in the archive: the threads on both sides, the larger ones first. */
export interface DetailedDifference {
  cause: string
  ours: DetailedMail[][]
  theirs: DetailedMail[][]
}

/** The number alone: the rest of a file's name is a checksum. */
const numberOf = (n: string): string => n.split('.', 1)[0] ?? n

/** The difference with its mails by name; `byName` finds them by whatever the partition calls them. */
export const detailed = (
  { ours, theirs, cause }: Difference & { cause: string },
  byName: ReadonlyMap<string, JudgedMail>,
): DetailedDifference => {
  const name = (n: string): DetailedMail => {
    const mail = byName.get(n)
    return {
      file: numberOf(mail?.n ?? n),
      messageId: mail?.facts.messageId ?? '',
      subject: mail?.facts.subject ?? '',
    }
  }
  return { cause, ours: ours.map((group) => group.map(name)), theirs: theirs.map((group) => group.map(name)) }
}

/** Mail comes from strangers: nothing of it may steer the terminal. */
const plain = (text: string): string => stripVTControlCharacters(text).replace(/\p{C}+/gu, ' ')

const sideLines = (side: string, groups: readonly DetailedMail[][]): string[] =>
  groups.flatMap((group, i) => [
    `        ${side}, thread ${i + 1} of ${groups.length}`,
    ...group.map(({ file, messageId, subject }) => `          ${file}  <${plain(messageId)}>  ${plain(subject)}`),
  ])

/** A difference as lines of text: its cause, then one line a mail, once for each side. */
export const detailLines = ({ cause, ours, theirs }: DetailedDifference): string[] => [
  `      ${cause}`,
  ...sideLines('here', ours),
  ...sideLines('there', theirs),
]
