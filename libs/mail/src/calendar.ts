import { textOf } from './part-content.js'
import type { Part } from './parts.js'

const CALENDAR_TYPES = new Set(['text/calendar', 'application/ics'])
/** Characters of a UID that are kept; RFC 7986 §5.3 asks for at most 255. */
const UID_LIMIT = 1_000

/** The parts that are invitations, answers to them or cancellations (RFC 6047). */
export const calendarParts = (parts: readonly Part[]): Part[] =>
  parts.filter(({ contentType }) => CALENDAR_TYPES.has(contentType.type))

/** The value of a content line `UID:…` or `UID;param=…:…` (RFC 5545 §3.1). */
const uidOf = (line: string): string | null => {
  const found = /^uid(?:;[^:]{0,200})?:/i.exec(line)
  return found === null ? null : line.slice(found[0].length).trim().slice(0, UID_LIMIT) || null
}

/** The UID of the first event of a calendar text, folded lines put together; a time zone before it has none. */
const uidInCalendar = (text: string): string | null => {
  let line = ''
  for (const next of [...text.split(/\r\n|\r|\n/), '']) {
    const isFold = next.startsWith(' ') || next.startsWith('\t')
    if (isFold) {
      if (line.length < 2 * UID_LIMIT) line += next.slice(1)
      continue
    }
    const uid = uidOf(line)
    if (uid !== null) return uid
    line = next
  }
  return null
}

/** The UID that an invitation and its answers share; `null` where no calendar part says one. */
export const calendarUidIn = (raw: Uint8Array, parts: readonly Part[]): string | null => {
  for (const part of calendarParts(parts)) {
    const uid = uidInCalendar(textOf(raw, part))
    if (uid !== null) return uid
  }
  return null
}
