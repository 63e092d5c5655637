import type { MessageId, SpaceId, ThreadId } from '@skein/events'
import type { LinkRowChange } from '@skein/threading'
import { digestOf, storable, storableJson } from '../bulk.js'
import type { RowsOf } from '../bulk.js'

type Insert = Extract<LinkRowChange, { op: 'insert' }>
export type Table = Insert['table']
export type RowOf<T extends Table> = Extract<Insert, { table: T }>['row']

/** Where a row comes from: partition, space and event. */
export interface Place {
  readonly partition: number
  readonly space: SpaceId
  readonly sequence: number
}

/** A row with where it comes from. */
export interface Placed<T extends Table> {
  readonly row: RowOf<T>
  readonly place: Place
}

/** How rows of a kind are stored. */
export interface Target<T extends Table> extends RowsOf<Placed<T>> {
  /** What tells it from all others. */
  readonly key: (placed: Placed<T>) => string
  /** The thread or message whose row it comes with: where that is new, it is too. `null` for what others may have said before. */
  readonly of: (row: RowOf<T>) => ThreadId | MessageId | null
}

const keyOf = (...parts: string[]): string => parts.join('\0')

export const TARGETS: { readonly [T in Table]: Target<T> } = {
  link: {
    table: 'link',
    columns: { key: 'bytea', role: 'text', slot: 'text', message: 'text', partition: 'smallint', position: 'bigint' },
    key: ({ row: { key, role, slot }, place: { space } }) => keyOf(space, key, role, slot),
    of: ({ role, message }) => (role === 'owned' || role === 'waiting' ? message : null),
    cells: ({ row: { key, role, slot, message }, place: { partition, space, sequence } }) => ({
      key: digestOf(space, key),
      role,
      slot: storable(slot),
      message,
      partition,
      position: sequence,
    }),
  },
  message: {
    table: 'link_message',
    // prettier-ignore
    columns: {
      message: 'text', thread: 'text', partition: 'smallint', position: 'bigint', space: 'text', inbox: 'text',
      direction: 'text', message_id: 'text', digest: 'text', author: 'text', base_subject: 'text', sent_at: 'text',
      date: 'text', keys: 'jsonb',
    },
    key: ({ row }) => row.message,
    of: ({ message }) => message,
    cells: ({ row, place: { partition, space, sequence } }) => ({
      message: row.message,
      thread: row.thread,
      partition,
      position: sequence,
      space,
      inbox: row.inbox,
      direction: row.direction,
      message_id: storable(row.messageId),
      digest: row.digest,
      author: storable(row.author),
      base_subject: storable(row.baseSubject),
      sent_at: row.sentAt,
      date: row.date,
      keys: storableJson(row.keys),
    }),
  },
  copy: {
    table: 'link_copy',
    columns: { copy: 'text', message: 'text', partition: 'smallint', position: 'bigint', keys: 'jsonb' },
    key: ({ row }) => row.copy,
    of: () => null,
    cells: ({ row: { copy, message, keys }, place: { partition, sequence } }) => ({
      copy,
      message,
      partition,
      position: sequence,
      keys: storableJson(keys),
    }),
  },
  delivery: {
    table: 'link_delivery',
    columns: { message: 'text', inbox: 'text', partition: 'smallint' },
    key: ({ row: { message, inbox } }) => keyOf(message, inbox),
    of: ({ message }) => message,
    cells: ({ row: { message, inbox }, place: { partition } }) => ({ message, inbox, partition }),
  },
  thread: {
    table: 'link_thread',
    columns: { thread: 'text', partition: 'smallint', start_order: 'bigint', into_: 'text', survivor: 'text' },
    key: ({ row }) => row.thread,
    of: ({ thread }) => thread,
    cells: ({ row: { thread, order, into, survivor }, place: { partition } }) => ({
      thread,
      partition,
      start_order: order,
      into_: into,
      survivor,
    }),
  },
  participant: {
    table: 'link_participant',
    columns: { thread: 'text', address_key: 'bytea', partition: 'smallint', address: 'text' },
    key: ({ row: { thread, address } }) => keyOf(thread, address),
    of: ({ thread }) => thread,
    cells: ({ row: { thread, address }, place: { partition, space } }) => ({
      thread,
      address_key: digestOf(space, address),
      partition,
      address: storable(address),
    }),
  },
  cut: {
    table: 'link_cut',
    columns: { thread: 'text', other: 'text', partition: 'smallint' },
    key: ({ row: { thread, other } }) => keyOf(thread, other),
    of: () => null,
    cells: ({ row: { thread, other }, place: { partition } }) => ({ thread, other, partition }),
  },
}
