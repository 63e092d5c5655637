import type { Directory } from '@skein/log'
import type { ReadingRoom } from './reading-room.js'
import type { MailSettings } from './settings.js'

/** What the doors need beside the command bus. */
export interface DoorParts {
  directory: Pick<Directory, 'inbox' | 'inboxFor'>
  settings: MailSettings
  room: ReadingRoom
}
export const DOORS = Symbol('DOORS')
