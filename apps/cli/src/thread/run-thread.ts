import { once } from 'node:events'
import type { Writable } from 'node:stream'
import type { MessageId } from '@skein/events'
import { batchThreading, type Placement } from '@skein/threading'
import { drawThreads, type DrawnMail } from './draw-threads.js'
import { readMails, type Complain } from './read-mails.js'

export interface ThreadRun {
  paths: readonly string[]
  rules: string
  policies: Readonly<Record<string, string>>
  tree: boolean
  out: Writable
  complain: Complain
}

/** One line of output: what was decided on one mail. */
export interface ThreadLine {
  messageId: string
  file: string
  threadId: string
  parentId: string | null
  rule: string
  evidence: { fact: string; value: string; messageId: string | null }[]
}

const lineOf = (placement: Placement, file: string, idOf: ReadonlyMap<MessageId, string>): ThreadLine => ({
  messageId: placement.messageId,
  file,
  threadId: placement.thread,
  parentId: placement.parentId,
  rule: placement.rule,
  evidence: placement.evidence.map(({ fact, value, message }) => ({
    fact,
    value,
    messageId: message === null ? null : (idOf.get(message) ?? null),
  })),
})

/** A reader that has seen enough (`| head`) is no error. */
const stopWhenNobodyReads = (out: Writable): void => {
  out.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
}

const write = async (out: Writable, text: string): Promise<void> => {
  if (!out.write(text)) await once(out, 'drain')
}

/** Threads the mail of files without any server. A merge may still move the first mail when the last is read, so lines come at the end. */
export const runThread = async ({ paths, rules, policies, tree, out, complain }: ThreadRun): Promise<void> => {
  stopWhenNobodyReads(out)
  const threading = batchThreading(rules, policies)
  const files: string[] = []
  const drawn: Omit<DrawnMail, 'placement'>[] = []
  for await (const { file, mail } of readMails(paths, complain)) {
    threading.add(mail)
    files.push(file)
    const { subject, from, date } = mail.facts
    if (tree) drawn.push({ subject, from: from[0]?.name || (from[0]?.address ?? ''), date })
  }
  const placements = threading.finish()
  if (tree) {
    const mails = placements.flatMap((placement, i) => (drawn[i] ? [{ ...drawn[i], placement }] : []))
    for (const text of drawThreads(mails)) await write(out, text)
    return
  }
  const idOf = new Map(placements.map(({ message, messageId }) => [message, messageId]))
  for (const [i, placement] of placements.entries())
    await write(out, `${JSON.stringify(lineOf(placement, files[i] ?? '', idOf))}\n`)
}
