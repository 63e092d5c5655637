import type { Attachment } from '@skein/events'
import { BodyParser } from './body-parser.js'
import { contentHead, cutMail } from './head.js'
import { describe, readParts } from './parse.js'

/**
 * One attachment of a mail, decoded; `n` as in the list that reading the mail gave.
 * @throws RangeError when the mail has no attachment `n`
 */
export const readAttachment = async (
  raw: Uint8Array,
  n: number,
): Promise<{ meta: Attachment; content: Uint8Array }> => {
  let found: { meta: Attachment; content: Uint8Array } | undefined
  const mail = cutMail(raw)
  await readParts(new BodyParser(), { head: contentHead(mail), body: mail.body }, (part, at, content) => {
    const chunks: Uint8Array[] = []
    content.on('data', (bytes: Uint8Array) => at === n && chunks.push(bytes))
    content.on('end', () => {
      if (at === n) {
        const bytes = Buffer.concat(chunks)
        found = { meta: describe(part, n, bytes.length), content: bytes }
      }
      part.release()
    })
  })
  if (!found) throw new RangeError(`the mail has no attachment ${n}`)
  return found
}
