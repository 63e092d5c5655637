const LONGEST = 80
const MOST_DIGITS = 6

/**
 * Whether an id could be somebody's address. Old clients write `Message from <garym@host.test> of …` into In-Reply-To; taken
 * for an id, it would put all who ever answered Gary into one thread. This only saves looking every id up among the people of
 * the space: software makes ids out of times, counters and random bits, so those have many digits.
 */
export const looksLikeAddress = (id: string): boolean => {
  if (id.length > LONGEST || id.indexOf('@') < 1) return false
  let digits = 0
  for (let i = 0; i < id.length; i++) {
    const code = id.charCodeAt(i)
    if (code >= 48 && code <= 57 && ++digits > MOST_DIGITS) return false
  }
  return true
}
