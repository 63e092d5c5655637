import type { Log } from '@skein/log'
import type { Views } from '@skein/views'
import type { Access } from './access.js'
import type { Positions } from './positions.js'

/** What the handlers of queries and commands work with. */
export interface QueryParts {
  readonly log: Pick<Log, 'command' | 'recordsAt' | 'eventsAt' | 'endOfEvents' | 'readRaw' | 'partitions'>
  readonly views: Views
  readonly access: Access
  readonly positions: Positions
}
export const PARTS = Symbol('PARTS')
