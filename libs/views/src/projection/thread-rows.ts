import { arrays, storableJson, unnest } from '../bulk.js'
import type { Columns } from '../bulk.js'
import type { Run } from '../database.js'
import type { ThreadChange } from './thread-change.js'

/** People that a thread in a list is shown with. */
export const SHOWN_PARTICIPANTS = 10

const THREAD: Columns = {
  id: 'text',
  partition: 'smallint',
  space: 'text',
  account: 'text',
  subject: 'text',
  base_subject: 'text',
  root_key: 'text',
  message_count: 'int',
  attachment_count: 'int',
  unread_count: 'int',
  participant_count: 'int',
  first_at: 'timestamptz',
  last_at: 'timestamptz',
  last_key: 'text',
  snippet: 'text',
  last_from: 'jsonb',
  said_key: 'text',
  said_by: 'text',
  work: 'bigint',
  relation: 'jsonb',
  version: 'bigint',
  started: 'bigint',
}
const PUT_THREADS = `insert into thread as t (${Object.keys(THREAD).join(', ')}, participants)
  select given.*, coalesce((
      select jsonb_agg(jsonb_build_object('name', coalesce(substr(name_key, 25), ''), 'address', address) order by first_at, address)
      from (select * from thread_participant p where p.thread = given.id order by first_at, address limit ${SHOWN_PARTICIPANTS}) as first
    ), '[]'::jsonb)
  from ${unnest(THREAD, 'given')}
  on conflict (id) do update set
    account = coalesce(t.account, excluded.account),
    subject = case when excluded.root_key < coalesce(t.root_key, '~') then excluded.subject else t.subject end,
    base_subject = case when excluded.root_key < coalesce(t.root_key, '~') then excluded.base_subject else t.base_subject end,
    root_key = least(t.root_key, excluded.root_key),
    message_count = t.message_count + excluded.message_count,
    attachment_count = t.attachment_count + excluded.attachment_count,
    unread_count = t.unread_count + excluded.unread_count,
    participant_count = t.participant_count + excluded.participant_count,
    participants = excluded.participants,
    first_at = least(t.first_at, excluded.first_at),
    last_at = greatest(t.last_at, excluded.last_at),
    snippet = case when excluded.last_key > coalesce(t.last_key, '') then excluded.snippet else t.snippet end,
    last_from = case when excluded.last_key > coalesce(t.last_key, '') then excluded.last_from else t.last_from end,
    last_key = greatest(t.last_key, excluded.last_key),
    said_by = case when excluded.said_key > coalesce(t.said_key, '') then excluded.said_by else t.said_by end,
    said_key = greatest(t.said_key, excluded.said_key),
    work = greatest(t.work, excluded.work),
    relation = coalesce(t.relation, excluded.relation),
    version = greatest(t.version, excluded.version),
    started = coalesce(t.started, excluded.started)`

export const putThreads = async (run: Run, changes: Iterable<ThreadChange>, partition: number): Promise<void> => {
  const cells = (c: ThreadChange) => ({
    id: c.id,
    partition,
    space: c.space,
    account: c.account,
    subject: c.root?.subject ?? c.start?.subject ?? '',
    base_subject: c.root?.baseSubject ?? '',
    root_key: c.root?.key ?? null,
    message_count: c.messages,
    attachment_count: c.attachments,
    unread_count: c.unread,
    participant_count: c.participants,
    first_at: c.firstAt,
    last_at: c.lastAt,
    last_key: c.newest?.key ?? null,
    snippet: c.newest?.snippet ?? '',
    last_from: c.newest?.from ? storableJson(c.newest.from) : null,
    said_key: c.said?.key ?? null,
    said_by: c.said?.direction ?? null,
    work: c.work,
    relation: c.start?.relation ? storableJson(c.start.relation) : null,
    version: c.version,
    started: c.start?.sequence ?? null,
  })
  const rows = [...changes]
  if (rows.length > 0) await run(PUT_THREADS, arrays(THREAD, rows, cells))
}
