import { TextDecoder } from 'node:util'

/** Labels that say nothing: the bytes are UTF-8 where they can be, as most software sends it by now. */
const UNSPECIFIC = new Set([
  '',
  'ascii',
  'us-ascii',
  'ansi_x3.4-1968',
  'utf-8',
  'utf8',
  'unknown-8bit',
  'x-unknown',
  'default',
  '8bit',
  '7bit',
])

const decoders = new Map<string, TextDecoder | null>()

const decoderFor = (label: string): TextDecoder | null => {
  const known = decoders.get(label)
  if (known !== undefined) return known
  let decoder: TextDecoder | null = null
  try {
    decoder = new TextDecoder(label)
  } catch {
    // not a label of the Encoding Standard
  }
  if (decoders.size < 200) decoders.set(label, decoder)
  return decoder
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })
const windows1252 = new TextDecoder('windows-1252')

const labelOf = (charset: string | null): string =>
  (charset ?? '')
    .trim()
    .toLowerCase()
    .replace(/^cp-?(?=125\d$)/, 'windows-')
    .slice(0, 50)

/** Whether {@link decodeText} knows the character set. Labels that name none in particular count as known. */
export const isKnownCharset = (charset: string | null): boolean => {
  const label = labelOf(charset)
  return UNSPECIFIC.has(label) || decoderFor(label) !== null
}

/**
 * Text from bytes by the labels of the Encoding Standard, which are those of mail (`iso-8859-1` is windows-1252, `gb2312` is
 * GBK and so on). Bytes that are said to be ASCII or UTF-8 and are not, are read as windows-1252, since that is what such
 * mail is in practice; nothing throws.
 */
export const decodeText = (bytes: Uint8Array, charset: string | null): string => {
  const label = labelOf(charset)
  const decoder = UNSPECIFIC.has(label) ? null : decoderFor(label)
  if (decoder) return decoder.decode(bytes)
  try {
    return strictUtf8.decode(bytes)
  } catch {
    return windows1252.decode(bytes)
  }
}
