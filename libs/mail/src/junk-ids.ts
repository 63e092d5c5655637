/**
 * Ids that broken software gives to many mails, so that they identify none (compared in lower case). Placeholders that
 * nobody filled in and the words that a template puts there for "nothing".
 */
const JUNK_IDS = new Set([
  '(null)@(null)',
  'id@localhost',
  'localhost@localhost',
  'message-id',
  'message-id@localhost',
  'messageid',
  'missing-mid@missing',
  'no-message-id',
  'null@localhost',
  'undefined',
  'unknown',
  'your-message-id@example.com',
])

/** Words that stand for "nothing"; an id of nothing but them, on either side of its `@`, is junk. */
const EMPTY_WORDS = new Set([
  '',
  '(null)',
  '0',
  'localhost',
  'localhost.localdomain',
  'missing',
  'nil',
  'none',
  'null',
  'undefined',
  'unknown',
])

/** Whether a cleaned id is one of those that many mails share. */
export const isJunkId = (id: string): boolean => {
  if (id.length > 100) return false
  const lowered = id.toLowerCase()
  const at = lowered.lastIndexOf('@')
  if (JUNK_IDS.has(lowered)) return true
  if (at < 0) return EMPTY_WORDS.has(lowered)
  return EMPTY_WORDS.has(lowered.slice(0, at)) && EMPTY_WORDS.has(lowered.slice(at + 1))
}
