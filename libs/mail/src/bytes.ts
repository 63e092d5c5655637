/** Octets that the scanners of this package look for. */
export const TAB = 0x09
export const LF = 0x0a
export const CR = 0x0d
export const SPACE = 0x20
export const DASH = 0x2d
export const COLON = 0x3a

/**
 * The octets that stand for text in ASCII; other characters become `?`. For names and boundaries, never for content.
 */
export const asciiBytes = (text: string): Uint8Array => {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    bytes[i] = code < 0x80 ? code : 0x3f
  }
  return bytes
}

const lower = (octet: number): number => (octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet)

/** Whether `lowered` (ASCII in lower case) stands at `at`, upper and lower case taken as equal. */
export const standsAt = (raw: Uint8Array, at: number, lowered: string): boolean => {
  if (at + lowered.length > raw.length) return false
  for (let i = 0; i < lowered.length; i++) if (lower(raw[at + i]!) !== lowered.charCodeAt(i)) return false
  return true
}
