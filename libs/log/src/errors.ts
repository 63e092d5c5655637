/** Another writer appended to the partition since we last read it: stop deciding, and start again from the log. */
export class StaleWriter extends Error {
  override readonly name = 'StaleWriter'
}

/** No answer came for an append: it may be stored or not. Only the log itself can tell; read it back before anything else. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown'
}

/** The log did not take what was given to it, or could not be reached: nothing was accepted. */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable'
}

/** No process holds the partition just now; try again. */
export class NoWriter extends Error {
  override readonly name = 'NoWriter'
}

/** The partition's writer refused a command. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused'
  constructor(
    readonly code: string,
    readonly detail: string,
    readonly field?: string,
  ) {
    super(detail)
  }
}

/** The server does not sync every write to disk, or cannot be asked whether it does. */
export class NotDurable extends Error {
  override readonly name = 'NotDurable'
}
