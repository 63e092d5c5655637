export interface Rfc5256Subject {
  base: string
  isReplyOrForward: boolean
}

const REPLY_OR_FORWARD = /^(?:re|fwd?)[ \t]*(?:\[[^[\]]*\][ \t]*)?:/i
const BLOB = /^\[[^[\]]*\][ \t]*/
const FORWARDED = /^\[fwd:(.*)\]$/i

/** The length of what stands before the base: blobs, and then `Re:` or `Fwd:` (step 3); 0 where there is none. */
const leader = (text: string): number => {
  let at = 0
  for (let blob = BLOB.exec(text); blob !== null; blob = BLOB.exec(text.slice(at))) at += blob[0].length
  const found = REPLY_OR_FORWARD.exec(text.slice(at))
  return found === null ? 0 : at + found[0].length
}

/**
 * The base subject to the letter of RFC 5256 §2.1: English prefixes only, all leading `[blobs]` go, words stay apart. For the
 * rule set of that name; everything else uses `baseSubject` of the mail's facts.
 */
export const rfc5256Subject = (subject: string): Rfc5256Subject => {
  let text = subject.slice(0, 1000).replace(/[ \t\r\n]+/g, ' ')
  let isReplyOrForward = false
  for (let before = ''; before !== text;) {
    before = text
    text = text.trim()
    if (text.toLowerCase().endsWith('(fwd)')) {
      isReplyOrForward = true
      text = text.slice(0, -'(fwd)'.length)
      continue
    }
    const length = leader(text)
    if (length > 0) {
      isReplyOrForward = true
      text = text.slice(length)
      continue
    }
    const rest = text.replace(BLOB, '')
    if (rest !== '' && rest !== text) {
      text = rest
      continue
    }
    const forwarded = FORWARDED.exec(text)
    if (forwarded?.[1] === undefined) continue
    isReplyOrForward = true
    text = forwarded[1]
  }
  return { base: text.toUpperCase(), isReplyOrForward }
}
