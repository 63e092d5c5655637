import { decodeCharset } from '@skein/mail'
import { unflow } from './flowed.js'

/** How the bytes of a text part are to be read. */
export interface TextFormat {
  charset: string | null
  flowed: boolean
  delSp: boolean
}

/** What no view can store or show: NUL, and halves of surrogate pairs that a cut or a broken mail left. */
export const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed()

/** Decoded text as it is kept: `\n` at the ends of lines, flowed lines joined. */
export const tidyText = (text: string, format: TextFormat): string => {
  const tidy = storable(text).replaceAll('\r\n', '\n')
  return format.flowed ? unflow(tidy, format.delSp) : tidy
}

/** The text of one part from its bytes, after the transfer encoding was undone; a byte order mark is no text. */
export const textOfPart = (bytes: Uint8Array, format: TextFormat): string =>
  tidyText(decodeCharset(bytes, format.charset ?? '').replace(/^\uFEFF/, ''), format)
