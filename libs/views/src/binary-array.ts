import { formatOf, type Cell, type ColumnType } from './binary-format.js'

/**
 * Cells as an array of one dimension in the server's binary format (`array_recv` of Postgres): neither side spells the cells out as
 * text and reads them again.
 * @throws RangeError where a number or a time is out of the type's range
 */
export const binaryArray = (type: ColumnType, cells: readonly Cell[]): Buffer => {
  const { oid, room, write } = formatOf(type)
  const into = Buffer.allocUnsafe(cells.reduce<number>((sum, cell) => sum + 4 + (cell === null ? 0 : room(cell)), 20))
  const hasNull = cells.includes(null) ? 1 : 0
  let at = 0
  for (const head of [1, hasNull, oid, cells.length, 1]) at = into.writeInt32BE(head, at)
  for (const cell of cells) {
    const start = at + 4
    if (cell === null) at = into.writeInt32BE(-1, at)
    else into.writeInt32BE((at = write(into, start, cell)) - start, start - 4)
  }
  return into.subarray(0, at)
}
