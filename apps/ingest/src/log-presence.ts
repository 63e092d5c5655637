import type { Log } from '@skein/log'

/**
 * Whether the connection to the log stands just now. Without asking, a mail that comes while it is away would wait for the
 * whole time that a publish may take before its sender is told to come again.
 */
export class LogPresence {
  #isThere = true

  constructor(connection: Pick<Log['connection'], 'status'>) {
    void this.#follow(connection)
  }

  get isThere(): boolean {
    return this.#isThere
  }

  /** Ends with the connection. */
  async #follow(connection: Pick<Log['connection'], 'status'>): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === 'disconnect') this.#isThere = false
      if (type === 'reconnect') this.#isThere = true
    }
  }
}
