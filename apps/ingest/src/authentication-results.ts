import type { MailFacts } from '@skein/mail'

type Authentication = MailFacts['authentication']

const METHOD = /^(dmarc|spf|dkim)(?:\s*\/\s*\d+)?\s*=\s*([a-z]+)/i

/**
 * What the trusted server said of the sender (RFC 8601), from the values of all `Authentication-Results` fields. Anybody can
 * write such a field into a mail; only those that carry the server's own name count, and since that server takes out what
 * claims to be from it, all of them. `null` where it said nothing, or where no server is trusted.
 */
export const authenticationOf = (fields: readonly string[], authservId: string | null): Authentication => {
  if (authservId === null) return null
  const said: NonNullable<Authentication> = { dmarc: null, spf: null, dkim: null }
  let isThere = false
  for (const field of fields) {
    const [id = '', ...results] = withoutComments(field).split(';')
    if (id.trim().split(/\s/)[0]?.toLowerCase() !== authservId.toLowerCase()) continue
    isThere = true
    for (const result of results) addResult(said, result.trim())
  }
  return isThere ? said : null
}

/** The first result of a method stands, but one DKIM signature that passes is enough among several. */
const addResult = (said: NonNullable<Authentication>, result: string): void => {
  const [, method, value] = METHOD.exec(result) ?? []
  if (method === undefined || value === undefined) return
  const key = method.toLowerCase() as keyof typeof said
  const verdict = value.toLowerCase()
  if (said[key] === null || (key === 'dkim' && verdict === 'pass')) said[key] = verdict
}

/** Takes out `(comments)`, which may hold semicolons and one another (RFC 5322 §3.2.2). */
const withoutComments = (text: string): string => {
  let kept = ''
  let depth = 0
  for (const character of text) {
    if (character === '(') depth++
    else if (character === ')' && depth > 0) depth--
    else if (depth === 0) kept += character
  }
  return kept
}
