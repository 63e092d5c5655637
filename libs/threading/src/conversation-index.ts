import { bytesToHex } from '@noble/hashes/utils.js'
import { decodeBase64 } from '@skein/mail'

/** Octets of the header of a conversation index, and of each block that a reply adds (MS-OXOMSG 2.2.1.3). */
const HEADER = 22
const BLOCK = 5

/** A conversation index in hex, from well-formed Base64. */
export const indexHex = (base64: string): string => bytesToHex(decodeBase64(base64))

/** The indexes that this one extends, the longest first; without itself. All in hex. */
export const indexPrefixes = (hex: string): string[] => {
  const prefixes: string[] = []
  for (let end = hex.length - 2 * BLOCK; end >= 2 * HEADER; end -= 2 * BLOCK) prefixes.push(hex.slice(0, end))
  return prefixes
}
