import { defineEntity, p } from '@mikro-orm/postgresql'

/** How far the views have come: the last event of the partition that they hold, and the last input that such an event names. */
export const Checkpoint = defineEntity({
  name: 'Checkpoint',
  tableName: 'checkpoint',
  properties: {
    partition: p.smallint().primary().autoincrement(false),
    sequence: p.bigint('number'),
    input: p.bigint('number'),
  },
})
