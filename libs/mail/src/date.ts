const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/**
 * Zones of RFC 5322 §4.3 and some that mailers write beside them, in minutes east of UTC. Any other letters count as
 * UTC.
 */
const ZONES: Record<string, number> = {
  est: -300,
  edt: -240,
  cst: -360,
  cdt: -300,
  mst: -420,
  mdt: -360,
  pst: -480,
  pdt: -420,
  bst: 60,
  cet: 60,
  cest: 120,
  met: 60,
  mest: 120,
  mez: 60,
  mesz: 120,
  eet: 120,
  eest: 180,
  msk: 180,
  msd: 240,
  jst: 540,
  kst: 540,
  aest: 600,
  aedt: 660,
  nzst: 720,
  nzdt: 780,
}

/** Characters of a Date field that are looked at: a comment after the zone is the only reason to be longer. */
const DATE_LIMIT = 200
const EARLIEST_YEAR = 1970
const LATEST_YEAR = 9999

/** Two digits below 50 are of this century, two digits above and three digits count from 1900 (RFC 5322 §4.3). */
const fullYear = (digits: string): number => {
  const year = Number(digits)
  if (digits.length >= 4) return year
  return digits.length === 2 && year < 50 ? 2000 + year : 1900 + year
}

const SIGNED_ZONE = /^(?:gmt|utc?)?([+-])(\d{1,2}):?(\d{2})$/

/** Minutes east of UTC; 0 for a zone that is missing or unknown, as RFC 5322 §4.3 says of military ones. */
const zoneOffset = (zone: string | undefined): number => {
  if (zone === undefined) return 0
  const signed = SIGNED_ZONE.exec(zone)
  if (signed === null) return ZONES[zone] ?? 0
  const minutes = Number(signed[2]) * 60 + Number(signed[3])
  return minutes > 24 * 60 ? 0 : signed[1] === '-' ? -minutes : minutes
}

interface Parts {
  day?: number
  month?: number
  year?: string
  time?: [number, number, number]
  zone?: string
}

const TIME = /^(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2})(?:\.\d+)?)?(am|pm)?$/
const DASHED = /^(\d{1,2})-([a-z]{3})[a-z]*-(\d{2,4})$/
const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:t(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(z|[+-]\d{2}:?\d{2})?)?$/

const readTime = (parts: Parts, word: string): boolean => {
  const found = TIME.exec(word)
  if (found === null || parts.time !== undefined) return false
  const hour = Number(found[1]) % (found[4] === undefined ? 100 : 12)
  parts.time = [found[4] === 'pm' ? hour + 12 : hour, Number(found[2]), Number(found[3] ?? 0)]
  return true
}

const readIso = (parts: Parts, word: string): boolean => {
  const found = ISO.exec(word)
  if (found === null) return false
  parts.year = found[1]!
  parts.month = Number(found[2]) - 1
  parts.day = Number(found[3])
  if (found[4] !== undefined) parts.time = [Number(found[4]), Number(found[5]), Number(found[6] ?? 0)]
  if (found[7] !== undefined) parts.zone = found[7]
  return true
}

const readDashed = (parts: Parts, word: string): boolean => {
  const found = DASHED.exec(word)
  if (found === null) return false
  parts.day = Number(found[1])
  parts.month = MONTHS.indexOf(found[2]!)
  parts.year = found[3]!
  return true
}

const readNumber = (parts: Parts, word: string): boolean => {
  if (!/^\d{1,4}$/.test(word)) return false
  if (parts.day === undefined && word.length <= 2) parts.day = Number(word)
  else if (parts.year === undefined && word.length >= 2) parts.year = word
  else if (parts.zone === undefined) parts.zone = `+${word}`
  return true
}

const readMonth = (parts: Parts, word: string): boolean => {
  const month = MONTHS.indexOf(word.slice(0, 3))
  if (month < 0 || parts.month !== undefined || !/^[a-z]{3,9}\.?$/.test(word)) return false
  parts.month = month
  return true
}

/** `PM` as a word of its own after the time. */
const readHalf = (parts: Parts, word: string): boolean => {
  if (parts.time === undefined || (word !== 'am' && word !== 'pm')) return false
  parts.time[0] = (parts.time[0] % 12) + (word === 'pm' ? 12 : 0)
  return true
}

const WEEKDAY = /^(?:mon|tue|wed|thu|fri|sat|sun)/

/** A zone comes after the time. A signed one wins over a name: `GMT +0200` means the distance. */
const readZone = (parts: Parts, word: string): void => {
  if (parts.time === undefined || WEEKDAY.test(word)) return
  if (parts.zone === undefined || SIGNED_ZONE.test(word)) parts.zone = word
}

const READERS = [readTime, readIso, readDashed, readNumber, readMonth, readHalf]

/**
 * Words one by one and not one pattern: so day and month may stand in either order (`asctime` has the year last), and
 * it stays linear.
 */
const readWord = (parts: Parts, word: string): void => {
  if (!READERS.some((read) => read(parts, word))) readZone(parts, word)
}

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month + 1, 0)).getUTCDate()

const withoutComments = (text: string): string => {
  let depth = 0
  let kept = ''
  for (const char of text) {
    if (char === '(') depth += 1
    else if (char === ')' && depth > 0) depth -= 1
    else if (depth === 0) kept += char
  }
  return kept
}

/**
 * ISO 8601 UTC of a date as RFC 5322 §3.3 and §4.3 write it, and as mailers do: no seconds, no zone, named zones,
 * two-digit years, `asctime` order, ISO 8601. `null` where it is no date or is before 1970.
 */
export const parseDate = (text: string): string | null => {
  const parts: Parts = {}
  const words = withoutComments(text.slice(0, DATE_LIMIT))
    .toLowerCase()
    .split(/[\s,]+/)
  for (const word of words) if (word !== '') readWord(parts, word)
  if (parts.day === undefined || parts.month === undefined || parts.month < 0 || parts.year === undefined) return null
  const year = fullYear(parts.year)
  const [hour, minute, second] = parts.time ?? [0, 0, 0]
  if (year < EARLIEST_YEAR || year > LATEST_YEAR || parts.day < 1 || parts.day > daysIn(year, parts.month)) return null
  if (parts.month > 11 || hour > 24 || minute > 59 || second > 60) return null
  const at = Date.UTC(year, parts.month, parts.day, hour, minute, second) - zoneOffset(parts.zone) * 60_000
  return at < 0 || at > Date.UTC(LATEST_YEAR, 11, 31) ? null : new Date(at).toISOString()
}
