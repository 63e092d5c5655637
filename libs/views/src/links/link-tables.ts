import type { SpaceId } from '@skein/events'
import type { LinkRowChange } from '@skein/threading'
import { digestOf, storable, storableJson } from '../bulk.js'
import type { Cell, Columns } from '../bulk.js'

type Insert = Extract<LinkRowChange, { op: 'insert' }>
export type Table = Insert['table']
export type RowOf<T extends Table> = Extract<Insert, { table: T }>['row']

/** Where a row comes from: partition, space and event. */
export interface Place {
  readonly partition: number
  readonly space: SpaceId
  readonly sequence: number
}

/** How rows of a kind are stored. */
export interface Target<T extends Table> {
  readonly table: string
  readonly columns: Columns
  readonly cells: (row: RowOf<T>, place: Place) => Record<string, Cell>
}

export const TARGETS: { readonly [T in Table]: Target<T> } = {
  link: {
    table: 'link',
    columns: { key: 'bytea', role: 'text', slot: 'text', message: 'text', partition: 'smallint', position: 'bigint' },
    cells: ({ key, role, slot, message }, { partition, space, sequence }) => ({
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
    cells: (row, { partition, space, sequence }) => ({
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
    cells: ({ copy, message, keys }, { partition, sequence }) => ({
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
    cells: ({ message, inbox }, { partition }) => ({ message, inbox, partition }),
  },
  thread: {
    table: 'link_thread',
    columns: { thread: 'text', partition: 'smallint', start_order: 'bigint', into_: 'text', survivor: 'text' },
    cells: ({ thread, order, into, survivor }, { partition }) => ({
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
    cells: ({ thread, address }, { partition, space }) => ({
      thread,
      address_key: digestOf(space, address),
      partition,
      address: storable(address),
    }),
  },
  cut: {
    table: 'link_cut',
    columns: { thread: 'text', other: 'text', partition: 'smallint' },
    cells: ({ thread, other }, { partition }) => ({ thread, other, partition }),
  },
}
