const CR = 0x0d
const LF = 0x0a
/** Octets of one header field that are looked at: content fields are short, and a longer one is an attack. */
const MAX_FIELD_BYTES = 16 * 1024

const latin1 = new TextDecoder('latin1')

/** A mail cut in two: the fields of its header that say how to read its body, as written, and where the body starts. */
export interface ContentHead {
  fields: { name: string; raw: string }[]
  bodyStart: number
}

const isContentField = (name: string): boolean => name.startsWith('content-')

/**
 * The `Content-…` fields of a mail's header (RFC 2045 §3), in one pass. All others are left out, so that no parser spends time
 * on a thousand recipients or a megabyte of References only to find the body.
 */
export const contentHead = (raw: Uint8Array): ContentHead => {
  const fields: ContentHead['fields'] = []
  let at = 0
  while (at < raw.length) {
    const end = lineEnd(raw, at)
    if (isEmptyLine(raw, at, end)) return { fields, bodyStart: end }
    const next = fieldEnd(raw, end)
    const head = latin1.decode(raw.subarray(at, Math.min(next, at + 40)))
    const name = head
      .slice(0, Math.max(0, head.indexOf(':')))
      .trim()
      .toLowerCase()
    if (isContentField(name))
      fields.push({ name, raw: latin1.decode(raw.subarray(at, Math.min(next, at + MAX_FIELD_BYTES))) })
    at = next
  }
  return { fields, bodyStart: raw.length }
}

/** The mail with nothing before its body but the first content field of each name. */
export const withContentHeadOnly = (raw: Uint8Array): Buffer => {
  const { fields, bodyStart } = contentHead(raw)
  const first = new Map(fields.toReversed().map((field) => [field.name, field]))
  const head = [...first.values()].map((field) => field.raw.trimEnd() + '\r\n').join('') + '\r\n'
  return Buffer.concat([Buffer.from(head, 'latin1'), raw.subarray(bodyStart)])
}

const lineEnd = (raw: Uint8Array, from: number): number => {
  const lf = raw.indexOf(LF, from)
  return lf < 0 ? raw.length : lf + 1
}

const isEmptyLine = (raw: Uint8Array, from: number, end: number): boolean =>
  raw[from] === LF || (raw[from] === CR && end === from + 2)

/** Where the folded lines of a field end. */
const fieldEnd = (raw: Uint8Array, from: number): number => {
  let end = from
  while (end < raw.length && (raw[end] === 0x20 || raw[end] === 0x09)) end = lineEnd(raw, end)
  return end
}
