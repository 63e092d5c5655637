/** Signs that a terminal shows two columns wide, and those that take no room of their own. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff00-\uff60]/u
const NO_ROOM = /\p{M}/u

const widthOf = (text: string): number => {
  let width = 0
  for (const sign of text) width += WIDE.test(sign) ? 2 : NO_ROOM.test(sign) ? 0 : 1
  return width
}

/** Aligned columns without borders. No cell is cut or wrapped, so that ids and whole headers can be copied from it. */
export const textTable = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const all = [head, ...rows]
  const isLast = (column: number): boolean => column === head.length - 1
  const widths = head.map((_, column) =>
    isLast(column) ? 0 : all.reduce((most, row) => Math.max(most, widthOf(row[column] ?? '')), 0),
  )
  const padded = (cell: string, column: number): string =>
    isLast(column) ? cell : `${cell}${' '.repeat((widths[column] ?? 0) - widthOf(cell))}`
  return all.map((row) => row.map(padded).join('  ').trimEnd()).join('\n')
}
