import { createHmac, timingSafeEqual } from 'node:crypto'

/** A cursor that did not come from this list: cut, changed, of another list, or signed with another key. */
export class InvalidCursor extends Error {
  constructor() {
    super('The cursor is not one that this list gave.')
  }
}

/** A place in a list: after the row with this time and this id. */
export interface Place {
  /** ISO 8601 UTC. */
  readonly at: string
  readonly id: string
}

const SIGNATURE_BYTES = 12

/** Makes and reads opaque cursors. A cursor is bound to its list (`list` names it, filters and all), and nobody else can make one. */
export class Cursors {
  constructor(private readonly secret: string) {}

  write({ at, id }: Place, list: string): string {
    const place = Buffer.from(`${at} ${id}`)
    return Buffer.concat([this.sign(place, list), place]).toString('base64url')
  }

  /** @throws InvalidCursor */
  read(cursor: string, list: string): Place {
    const bytes = Buffer.from(cursor, 'base64url')
    const [signature, place] = [bytes.subarray(0, SIGNATURE_BYTES), bytes.subarray(SIGNATURE_BYTES)]
    if (signature.length < SIGNATURE_BYTES || !timingSafeEqual(signature, this.sign(place, list)))
      throw new InvalidCursor()
    const [at = '', id = ''] = place.toString().split(' ')
    return { at, id }
  }

  private sign(place: Buffer, list: string): Buffer {
    return createHmac('sha256', this.secret)
      .update(list)
      .update('\0')
      .update(place)
      .digest()
      .subarray(0, SIGNATURE_BYTES)
  }
}
