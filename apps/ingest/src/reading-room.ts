import { refusals } from './refusals.js'

/** Memory for mails that are on their way in: octets are taken as they arrive and given back when the mail is done with. */
export class ReadingRoom {
  #taken = 0

  constructor(private readonly limit: number) {}

  /** @throws Problem 503 when there is no room for so many octets more */
  take(octets: number): void {
    if (this.#taken + octets > this.limit) throw refusals.busy()
    this.#taken += octets
  }

  giveBack(octets: number): void {
    this.#taken -= octets
  }

  get taken(): number {
    return this.#taken
  }
}
