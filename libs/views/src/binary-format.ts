export type ColumnType = keyof typeof TYPES
/** Time as ISO 8601; `bytea` and `bigint[]` as the octets that the server receives. */
export type Cell = string | number | boolean | Buffer | null

/** How cells of a type are sent: its OID (`pg_type.dat` of Postgres), octets at most, and how they are written; answers where they end. */
export interface TypeFormat<T> {
  readonly oid: number
  readonly room: (cell: T) => number
  readonly write: (into: Buffer, at: number, cell: T) => number
}

const TWO_32 = 2 ** 32
const writeBigint = (into: Buffer, at: number, value: number): number => {
  const high = Math.floor(value / TWO_32)
  return into.writeUInt32BE(value - high * TWO_32, into.writeInt32BE(high, at))
}
/** Milliseconds as microseconds, of which there may be more than a number can count one by one. */
const writeMicroseconds = (into: Buffer, at: number, milliseconds: number): number => {
  if (Number.isNaN(milliseconds)) throw new RangeError('this is not a time')
  const high = Math.floor(milliseconds / TWO_32)
  const low = (milliseconds - high * TWO_32) * 1000
  const carried = Math.floor(low / TWO_32)
  return into.writeUInt32BE(low - carried * TWO_32, into.writeInt32BE(high * 1000 + carried, at))
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

/** By the names that columns are made with. */
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
    write: (into, at, cell) => writeMicroseconds(into, at, Date.parse(cell) - EPOCH),
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
  'bigint[]': octets(1016),
}

/** How cells of a type are sent. Whoever calls it gives it cells of that type. */
export const formatOf = (type: ColumnType): TypeFormat<Cell> => TYPES[type] as TypeFormat<Cell>
