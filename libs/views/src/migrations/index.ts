import { Views001 } from './001-views.js'
import { Links002 } from './002-links.js'
import { History003 } from './003-history.js'
import { Definition004 } from './004-definition.js'

/** In order. A name is stored in the database: never renamed, never reordered, only added to. */
export const migrations = [
  { name: '001-views', class: Views001 },
  { name: '002-links', class: Links002 },
  { name: '003-history', class: History003 },
  { name: '004-definition', class: Definition004 },
]
