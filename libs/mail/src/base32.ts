const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/** Base32 in lower case without padding (RFC 4648 §6): it may stand in a local part, and survives a change of case. */
export const encodeBase32 = (bytes: Uint8Array): string => {
  let text = ''
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(held >>> (bits - 5)) & 31]!
  }
  return bits > 0 ? text + ALPHABET[(held << (5 - bits)) & 31]! : text
}

/** Octets of Base32 in either case; `null` where a character is none of it. Bits that fill no octet are passed over. */
export const decodeBase32 = (text: string): Uint8Array | null => {
  const bytes: number[] = []
  let bits = 0
  let held = 0
  for (const char of text.toLowerCase()) {
    const value = ALPHABET.indexOf(char)
    if (value < 0) return null
    held = ((held << 5) | value) & 0xfff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push((held >>> bits) & 0xff)
  }
  return Uint8Array.from(bytes)
}
