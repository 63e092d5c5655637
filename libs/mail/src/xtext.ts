/** `+2B` for `+` (RFC 3461 §4) and `\x{E4}` for `ä` (RFC 6533 §3); anything else stays as it is. Controls never come out of it. */
export const decodeXtext = (text: string): string =>
  text.replace(/\+([0-9A-F]{2})|\\x\{([0-9A-F]{1,6})\}/g, (written, octet?: string, point?: string) => {
    const code = Number.parseInt(octet ?? point ?? '', 16)
    const isText = octet === undefined ? code >= 0xa0 && code <= 0x10_ffff : code > 0x20 && code < 0x7f
    return isText && !(code >= 0xd8_00 && code <= 0xdf_ff) ? String.fromCodePoint(code) : written
  })
