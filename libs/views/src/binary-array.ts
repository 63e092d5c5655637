export type ColumnType = keyof typeof TYPES
/** Time as ISO 8601; `bytea` and `tsvector` as the octets that the server receives. */
export type Cell = string | number | boolean | Buffer | null

/** How cells of a type are sent: its OID (`pg_type.dat` of Postgres), octets at most, and how they are written; answers where they end. */
interface TypeFormat<T> {
  readonly oid: number
  readonly room: (cell: T) => number
  readonly write: (into: Buffer, at: number, cell: T) => number
}

const TWO_32 = 2 ** 32
const writeBigint = (into: Buffer, at: number, value: number): number => {
  const high = Math.floor(value / TWO_32)
  return into.writeUInt32BE(value - high * TWO_32, into.writeInt32BE(high, at))
}
/** The server counts microseconds from here. */
const EPOCH = Date.UTC(2000, 0, 1)
/** A character of UTF-16 is three octets of UTF-8 at most. */
const textRoom = (text: string): number => text.length * 3
const octets = (oid: number): TypeFormat<Buffer> => ({
  oid,
  room: (cell) => cell.length,
  write: (into, at, cell) => at + cell.copy(into, at),
})
const number = (oid: number, room: number, write: TypeFormat<number>['write']): TypeFormat<number> => ({
  oid,
  room: () => room,
  write,
})

const TYPES = {
  text: { oid: 25, room: textRoom, write: (into, at, cell) => at + into.write(cell, at) } satisfies TypeFormat<string>,
  jsonb: {
    oid: 3802,
    room: (cell) => 1 + textRoom(cell),
    // the first octet is the version of the format
    write: (into, at, cell) => at + 1 + into.write(cell, into.writeInt8(1, at)),
  } satisfies TypeFormat<string>,
  timestamptz: {
    oid: 1184,
    room: () => 8,
    // more microseconds than a number can count one by one
    write: (into, at, cell) => into.writeBigInt64BE(BigInt(Date.parse(cell) - EPOCH) * 1000n, at),
  } satisfies TypeFormat<string>,
  boolean: {
    oid: 16,
    room: () => 1,
    write: (into, at, cell) => into.writeInt8(cell ? 1 : 0, at),
  } satisfies TypeFormat<boolean>,
  smallint: number(21, 2, (into, at, cell) => into.writeInt16BE(cell, at)),
  int: number(23, 4, (into, at, cell) => into.writeInt32BE(cell, at)),
  bigint: number(20, 8, writeBigint),
  bytea: octets(17),
  tsvector: octets(3614),
}

/**
 * Cells as an array of one dimension in the server's binary format (`array_recv` of Postgres): neither side spells the cells out as
 * text and reads them again.
 * @throws RangeError where a number or a time is out of the type's range
 */
export const binaryArray = (type: ColumnType, cells: readonly Cell[]): Buffer => {
  const { oid, room, write } = TYPES[type] as TypeFormat<Cell>
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
