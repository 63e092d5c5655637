/** A run of letters, marks and digits. What joins them (an apostrophe, a hyphen, the signs of an address) parts words. */
const WORD = /[\p{L}\p{M}\p{N}]+/gu
const PLAIN_WORD = /[a-z0-9]+/g
export const IS_PLAIN = /^[\0-\x7f]*$/
/** Scripts that put no blanks between words. */
const UNBROKEN = /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]+/u
const EVERY_UNBROKEN = new RegExp(UNBROKEN, 'gu')
/** Characters of a word that count: a longer one is an encoded file. */
export const LONGEST = 60

/** Of a run in an unbroken script every two neighbours are a word, so that any part of it is found as a phrase of such. */
const pairsOf = (run: string): string[] => {
  const signs = [...run]
  return signs.length < 2 ? signs : signs.slice(1).map((sign, i) => `${signs[i]}${sign}`)
}
const brokenUp = (word: string): string[] => {
  const words: string[] = []
  let end = 0
  for (const { 0: run, index } of word.matchAll(EVERY_UNBROKEN)) {
    if (index > end) words.push(word.slice(end, index))
    for (const pair of pairsOf(run)) words.push(pair)
    end = index + run.length
  }
  if (end < word.length) words.push(word.slice(end))
  return words
}

/** The words of a text, in order: lower case, in the compatibility form of Unicode (NFKC). */
export const wordsOf = (text: string): string[] => {
  const isPlain = IS_PLAIN.test(text)
  const folded = isPlain ? text.toLowerCase() : text.normalize('NFKC').toLowerCase()
  const words: string[] = folded.match(isPlain ? PLAIN_WORD : WORD) ?? []
  const unbroken = isPlain ? words : words.flatMap((word) => (UNBROKEN.test(word) ? brokenUp(word) : word))
  return unbroken.map((word) => (word.length > LONGEST ? word.slice(0, LONGEST).toWellFormed() : word))
}
