import Table from 'cli-table3'

/** A table of plain text for a terminal, words wrapped at the widths of the columns. */
export const textTable = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
  widths: readonly number[],
): string => {
  const table = new Table({
    head: [...head],
    colWidths: [...widths],
    wordWrap: true,
    style: { head: [], border: [], compact: true },
  })
  table.push(...rows.map((row) => [...row]))
  return table.toString()
}
