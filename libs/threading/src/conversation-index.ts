/** Octets of the header of a conversation index, and of each block that a reply adds (MS-OXOMSG 2.2.1.3). */
const HEADER = 22
const BLOCK = 5
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** A conversation index in hex, from well-formed Base64. */
export const indexHex = (base64: string): string => {
  let hex = ''
  let bits = 0
  let held = 0
  for (const character of base64) {
    const six = BASE64.indexOf(character)
    if (six < 0) break
    bits = ((bits << 6) | six) & 0xffff
    held += 6
    if (held < 8) continue
    held -= 8
    hex += ((bits >> held) & 0xff).toString(16).padStart(2, '0')
  }
  return hex
}

/** The indexes that this one extends, the longest first; without itself. All in hex. */
export const indexPrefixes = (hex: string): string[] => {
  const prefixes: string[] = []
  for (let end = hex.length - 2 * BLOCK; end >= 2 * HEADER; end -= 2 * BLOCK) prefixes.push(hex.slice(0, end))
  return prefixes
}
