import { defineEntity, p } from '@mikro-orm/postgresql'

/** How far a projection has come: the last event sequence of the partition that its rows hold. */
export const Checkpoint = defineEntity({
  name: 'Checkpoint',
  tableName: 'checkpoint',
  properties: {
    partition: p.smallint().primary().autoincrement(false),
    sequence: p.bigint('number'),
  },
})
