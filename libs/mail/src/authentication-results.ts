import type { MailFacts } from './facts.js'
import { firstText, type HeaderBlock } from './header-block.js'

/** Octets of an Authentication-Results field that are looked at. */
const RESULTS_LIMIT = 20_000
const METHODS = ['dmarc', 'spf', 'dkim'] as const
type Method = (typeof METHODS)[number]

/**
 * The text without comments (`(p=NONE sp=NONE)`), nested or not, and quoted strings emptied, so that neither can forge
 * a result.
 */
const withoutCommentsAndQuotes = (text: string): string => {
  let depth = 0
  let isQuoted = false
  let kept = ''
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!
    if (char === '\\') at += 1
    else if (depth === 0 && char === '"') isQuoted = !isQuoted
    else if (isQuoted) continue
    else if (char === '(') depth += 1
    else if (char === ')') depth = Math.max(0, depth - 1)
    else if (depth === 0) kept += char
  }
  return kept
}

/** `method=result` or `method/version=result` at the start of a statement (RFC 8601 §2.2). */
const RESULT = /^\s*([a-z0-9-]{1,40})\s{0,4}(?:\/\s{0,4}\d{1,4}\s{0,4})?=\s{0,4}([a-z]{1,40})/i

const isMethod = (name: string): name is Method => METHODS.some((method) => method === name)

/** The first result of a method stands, but of several DKIM signatures one that passes is enough. */
const better = (method: Method, known: string | null, next: string): string =>
  known === null || (method === 'dkim' && next === 'pass') ? next : known

type Said = NonNullable<MailFacts['authentication']>

/** Adds what one field says, whose comments and quoted strings are gone. */
const addResults = (said: Said, text: string): void => {
  for (const statement of text.split(';')) {
    const found = RESULT.exec(statement)
    const method = found?.[1]?.toLowerCase() ?? ''
    if (isMethod(method)) said[method] = better(method, said[method], found![2]!.toLowerCase())
  }
}

const nothingSaid = (): Said => ({ dmarc: null, spf: null, dkim: null })

/**
 * What the receiving server said of the sender (RFC 8601): the topmost Authentication-Results only, since a sender can
 * write any below it. `null` where there is none.
 */
export const readAuthentication = (block: HeaderBlock): MailFacts['authentication'] => {
  const text = firstText(block, 'authentication-results', RESULTS_LIMIT)
  if (text === null) return null
  const said = nothingSaid()
  addResults(said, withoutCommentsAndQuotes(text))
  return said
}

/**
 * What one server said, out of the values of all Authentication-Results fields. Anybody can write such a field into a mail; only
 * those that carry the server's own name count (RFC 8601 §5), and since that server takes out what claims to be from it, all of
 * them. `null` where it said nothing, or where no server is trusted.
 */
export const authenticationBy = (fields: readonly string[], authservId: string | null): MailFacts['authentication'] => {
  if (authservId === null) return null
  const texts = fields
    .map((field) => withoutCommentsAndQuotes(field.slice(0, RESULTS_LIMIT)))
    .filter((text) => text.split(';', 1)[0]?.trim().split(/\s/, 1)[0]?.toLowerCase() === authservId.toLowerCase())
  if (texts.length === 0) return null
  const said = nothingSaid()
  for (const text of texts) addResults(said, text)
  return said
}
