import type { AccountId, ThreadId } from '@skein/events'
import { arrays, insertSql, isoSql } from '../bulk.js'
import type { Columns } from '../bulk.js'
import type { RowWriter } from '../row-writer.js'
import type { Batch } from './batch.js'
import { domainOf, gatherPeople } from './people.js'
import type { Person } from './people.js'
import type { Changed } from './thread-change.js'

const PERSON: Columns = {
  thread: 'text',
  address: 'text',
  partition: 'smallint',
  first_at: 'timestamptz',
  name_key: 'text',
  account: 'text',
  domain: 'text',
}
const PUT_PEOPLE = `with put as (${insertSql('thread_participant as t', PERSON, '')}
    on conflict (thread, address) do update
      set first_at = least(t.first_at, excluded.first_at), name_key = least(t.name_key, excluded.name_key),
        account = coalesce(t.account, excluded.account)
      where excluded.first_at < t.first_at or excluded.name_key < t.name_key
        or (t.name_key is null and excluded.name_key is not null) or (t.account is null and excluded.account is not null)
    returning thread, xmax = 0 as fresh)
  select thread, count(*) filter (where fresh)::int as fresh from put group by thread`

interface PersonRow {
  thread: ThreadId
  address: string
  first: string
  name_key: string | null
  account: AccountId | null
}
const TAKE_PEOPLE = `delete from thread_participant where thread = any($1)
  returning thread, address, ${isoSql('first_at')} as first, name_key, account`

/**
 * Puts the people in, those of threads merged away too, and counts who is new to their thread. Answers those of threads that are
 * new themselves.
 */
export const putPeople = async (
  writer: RowWriter,
  batch: Batch,
  { changes, partition, isNew }: Changed,
): Promise<Map<ThreadId, Person[]>> => {
  const merged = [...batch.merged.keys()]
  const moved = merged.length === 0 ? [] : await writer.run<PersonRow>(TAKE_PEOPLE, [merged])
  const before = moved.map((row): Person => ({ ...row, firstAt: row.first, nameKey: row.name_key }))
  const living = [...batch.people, ...before].map((person) => ({ ...person, thread: batch.resolve(person.thread) }))
  const people = gatherPeople(living)
  const cells = ({ thread, address, firstAt, nameKey, account }: Person) => ({
    thread,
    address,
    partition,
    first_at: firstAt,
    name_key: nameKey,
    account,
    domain: domainOf(address),
  })
  const ofNew = people.filter(({ thread }) => isNew(thread))
  await writer.add({ table: 'thread_participant', columns: PERSON, cells }, ofNew)
  const ofKnown = people.filter(({ thread }) => !isNew(thread))
  const counted =
    ofKnown.length === 0
      ? []
      : await writer.run<{ thread: ThreadId; fresh: number }>(PUT_PEOPLE, arrays(PERSON, ofKnown, cells))
  const byThread = Map.groupBy(ofNew, ({ thread }) => thread)
  for (const [thread, { length: fresh }] of byThread) counted.push({ thread, fresh })
  for (const { thread, fresh } of counted) {
    const change = changes.get(thread)
    if (change) change.participants += fresh
  }
  return byThread
}
