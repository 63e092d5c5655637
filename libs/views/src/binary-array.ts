import { formatOf, type Cell, type ColumnType } from './binary-format.js'

/** Octets before an array's elements. */
export const ARRAY_HEAD = 20

/** Writes what an array of one dimension begins with, in the server's binary format (`array_recv` of Postgres). */
export const writeArrayHead = (
  into: Buffer,
  { oid, length, hasNull }: { oid: number; length: number; hasNull: boolean },
): number => {
  let at = 0
  for (const head of [1, hasNull ? 1 : 0, oid, length, 1]) at = into.writeInt32BE(head, at)
  return at
}

/**
 * Cells as an array in the server's binary format: neither side spells the cells out as
 * text and reads them again.
 * @throws RangeError where a number or a time is out of the type's range
 */
export const binaryArray = (type: ColumnType, cells: readonly Cell[]): Buffer => {
  const { oid, room, write } = formatOf(type)
  const into = Buffer.allocUnsafe(
    cells.reduce<number>((sum, cell) => sum + 4 + (cell === null ? 0 : room(cell)), ARRAY_HEAD),
  )
  let at = writeArrayHead(into, { oid, length: cells.length, hasNull: cells.includes(null) })
  for (const cell of cells) {
    const start = at + 4
    if (cell === null) at = into.writeInt32BE(-1, at)
    else into.writeInt32BE((at = write(into, start, cell)) - start, start - 4)
  }
  return into.subarray(0, at)
}

/** An array of `bigint` in that format, as the server's text of it. */
export const bigintsAsText = (array: Buffer): string => {
  const numbers: bigint[] = []
  for (let at = ARRAY_HEAD; at < array.length; at += 12) numbers.push(array.readBigInt64BE(at + 4))
  return `{${numbers.join(',')}}`
}
