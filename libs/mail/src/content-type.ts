/** A Content-Type (RFC 2045 §5.1) taken apart: type and parameter names in lower case, values as written. */
export interface ContentType {
  type: string
  params: ReadonlyMap<string, string>
}

/** Characters of a Content-Type that are looked at, and parameters that are kept. */
export const CONTENT_TYPE_LIMIT = 10_000
const PARAM_LIMIT = 50

const TEXT_PLAIN = 'text/plain'

/** A value up to its closing quote, backslashes taken away (RFC 5322 §3.2.4), and where reading goes on. */
const readQuoted = (text: string, from: number): { value: string; end: number } => {
  let value = ''
  let at = from + 1
  while (at < text.length && text[at] !== '"') {
    if (text[at] === '\\') at += 1
    value += text[at] ?? ''
    at += 1
  }
  return { value, end: at + 1 }
}

const readValue = (text: string, from: number): { value: string; end: number } => {
  let start = from
  while (text[start] === ' ' || text[start] === '\t') start++
  if (text[start] === '"') return readQuoted(text, start)
  const semicolon = text.indexOf(';', start)
  const end = semicolon < 0 ? text.length : semicolon
  return { value: text.slice(start, end).trim(), end }
}

/** Values that were cut in pieces (`boundary*0`, `boundary*1`, RFC 2231 §3) are put together again. */
const addParam = (params: Map<string, string>, name: string, value: string): void => {
  const [base = '', piece] = name.split('*', 2)
  if (piece === undefined || piece === '') {
    if (!params.has(base)) params.set(base, value)
  } else params.set(base, (params.get(base) ?? '') + value)
}

/** Type and parameters of a Content-Type text; `text/plain` where it is missing or has no slash (RFC 2045 §5.2). */
export const parseContentType = (text: string | null): ContentType => {
  const cut = (text ?? '').slice(0, CONTENT_TYPE_LIMIT)
  const [head = ''] = cut.split(';', 1)
  const type = head.trim().toLowerCase()
  const params = new Map<string, string>()
  let at = head.length
  for (let n = 0; n < PARAM_LIMIT && at < cut.length; n++) {
    const equals = cut.indexOf('=', at)
    if (equals < 0) break
    const name = cut
      .slice(at, equals)
      .replace(/^[;\s]+/, '')
      .trim()
      .toLowerCase()
    const { value, end } = readValue(cut, equals + 1)
    addParam(params, name, value)
    const semicolon = cut.indexOf(';', end)
    at = semicolon < 0 ? cut.length : semicolon
  }
  return { type: type.includes('/') ? type : TEXT_PLAIN, params }
}
