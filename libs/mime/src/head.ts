import { allTexts, readHeaderBlock } from '@skein/mail'

/** Octets of one content field that are looked at: they are short, and a longer one is an attack. */
const MAX_FIELD_BYTES = 16 * 1024
const CONTENT_FIELDS = ['content-type', 'content-transfer-encoding', 'content-disposition', 'content-id'] as const
type ContentField = (typeof CONTENT_FIELDS)[number]

/** A mail cut in two: the values of the fields that say how to read its body (RFC 2045 §3), and the body. */
export interface CutMail {
  fields: Record<ContentField, string[]>
  body: Uint8Array
}

/**
 * The header is read here and not by the parser: a thousand recipients or a megabyte of References cost nothing then, and
 * every part of the system agrees on where the header ends.
 */
export const cutMail = (raw: Uint8Array): CutMail => {
  const block = readHeaderBlock(raw)
  const values = (name: ContentField): string[] => allTexts(block, name, MAX_FIELD_BYTES)
  return {
    fields: {
      'content-type': values('content-type'),
      'content-transfer-encoding': values('content-transfer-encoding'),
      'content-disposition': values('content-disposition'),
      'content-id': values('content-id'),
    },
    body: raw.subarray(block.bodyStart),
  }
}

/** The header for a parser of bodies: the first content field of each name, and nothing else. */
export const contentHead = ({ fields }: CutMail): string => {
  const line = (name: ContentField): string => (fields[name][0] === undefined ? '' : `${name}: ${fields[name][0]}\r\n`)
  return `${CONTENT_FIELDS.map(line).join('')}\r\n`
}
