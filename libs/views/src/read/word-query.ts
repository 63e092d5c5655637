import type { AccountId } from '@skein/events'
import { markOf, wordsOf } from '../words.js'

/** `"a phrase"` (the closing quote may be missing) or a run without blanks, with `-` before it where it shall not be there. */
const TERM = /(-?)(?:"([^"]*)"?|(\S+))/g

/**
 * What a person typed as a `tsquery`: all words; `"a phrase"`; `-not`; `or`, which binds less than what stands together. What is
 * several words though typed as one (`anna@example.com`) is a phrase. Empty where no word is in it.
 */
export const tsqueryOf = (q: string, account: AccountId): string => {
  const mark = markOf(account)
  let [query, isOr] = ['', false]
  for (const [term, not = '', phrase, run = ''] of q.matchAll(TERM)) {
    if (term.toLowerCase() === 'or' && query !== '') {
      isOr = true
      continue
    }
    const words = wordsOf(phrase ?? run).map((word) => `'${mark}${word}'`)
    if (words.length === 0) continue
    const joined = words.length === 1 ? words[0] : `(${words.join(' <-> ')})`
    query += `${query === '' ? '' : isOr ? ' | ' : ' & '}${not === '' ? '' : '!'}${joined}`
    isOr = false
  }
  return query
}
