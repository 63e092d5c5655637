import type { Columns } from './bulk.js'
import { formatOf, type Cell } from './binary-format.js'

/** What the format begins with (Postgres, `COPY`, “Binary Format”): its signature, no flags, no extension. */
const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
/** Octets that it ends with: a row of -1 columns. */
const END = 2
/** Octets of one piece, about: what few rows need is one piece, and one write. */
const PIECE = 512 * 1024

/**
 * Rows as the server reads them for `copy … from stdin (format binary)`, in pieces to be sent one after the other.
 * @throws RangeError where a number or a time is out of its type's range
 */
export const binaryRows = (columns: Columns, rows: readonly Readonly<Record<string, Cell>>[]): Buffer[] => {
  const formats = Object.entries(columns).map(([name, type]) => ({ name, ...formatOf(type) }))
  const pieces: Buffer[] = []
  let piece = Buffer.allocUnsafe(PIECE)
  let at = HEADER.copy(piece)
  for (const row of rows) {
    let room = 2
    for (const format of formats) {
      const cell = row[format.name] ?? null
      room += 4 + (cell === null ? 0 : format.room(cell))
    }
    if (at + room + END > piece.length) {
      pieces.push(piece.subarray(0, at))
      piece = Buffer.allocUnsafe(Math.max(PIECE, room + END))
      at = 0
    }
    at = piece.writeInt16BE(formats.length, at)
    for (const format of formats) {
      const cell = row[format.name] ?? null
      const start = at + 4
      if (cell === null) at = piece.writeInt32BE(-1, at)
      else piece.writeInt32BE((at = format.write(piece, start, cell)) - start, start - 4)
    }
  }
  pieces.push(piece.subarray(0, piece.writeInt16BE(-1, at)))
  return pieces
}
