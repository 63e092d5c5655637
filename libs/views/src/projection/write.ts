import type { MessageId, ThreadId } from '@skein/events'
import { digestOf, storable, storableJson, storableTime } from '../bulk.js'
import type { Columns, RowsOf } from '../bulk.js'
import type { Run } from '../database.js'
import type { RowWriter } from '../row-writer.js'
import type { Batch } from './batch.js'
import { wordKeysOf } from '../word-keys.js'
import type { BodyRow, CopyRow, DeliveryRow, MessageRow, NoteRow } from './rows.js'

// prettier-ignore
const MESSAGE: Columns = {
  id: 'text', thread: 'text', placed: 'text', partition: 'smallint', space: 'text', position: 'bigint', erased: 'boolean',
  input_stream: 'text', input_sequence: 'bigint', direction: 'text', kind: 'text', forward: 'boolean', message_id: 'text', wire_key: 'bytea',
  aliases: 'jsonb', in_reply_to: 'jsonb', references_: 'jsonb', parent_id: 'text', parent_fact: 'text',
  parent_key: 'bytea', parent_message: 'text', subject: 'text', base_subject: 'text', subject_kind: 'text',
  from_: 'jsonb', reply_to: 'jsonb', to_: 'jsonb', cc: 'jsonb', sent_at: 'timestamptz', received_at: 'timestamptz',
  snippet: 'text', attachment_count: 'int', size: 'bigint', digest: 'text', list_id: 'text', thread_index: 'text',
  rule: 'text', confidence: 'text', evidence: 'jsonb', rivals: 'jsonb',
}

/** Characters that are searched. */
const SEARCHED = { subject: 2_000, people: 20_000, text: 60_000 } as const
const searched = (text: string, most: number): string => text.slice(0, most).toWellFormed()
const BODY: Columns = {
  message: 'text',
  partition: 'smallint',
  text: 'text',
  html: 'text',
  attachments: 'jsonb',
  authentication: 'jsonb',
  problems: 'jsonb',
}
const WORDS: Columns = { message: 'text', thread: 'text', partition: 'smallint', keys: 'bigint[]', places: 'bytea' }
const DELIVERY: Columns = {
  message: 'text',
  inbox: 'text',
  thread: 'text',
  partition: 'smallint',
  position: 'bigint',
  role: 'text',
  is_read: 'boolean',
  own: 'boolean',
  received_at: 'timestamptz',
  rule: 'text',
}
const COPY: Columns = {
  copy: 'text',
  message: 'text',
  partition: 'smallint',
  position: 'bigint',
  inbox: 'text',
  role: 'text',
  message_id: 'text',
  digest: 'text',
  rule: 'text',
  received_at: 'timestamptz',
  input_stream: 'text',
  input_sequence: 'bigint',
}
const NOTE: Columns = {
  partition: 'smallint',
  position: 'bigint',
  type: 'text',
  thread: 'text',
  message: 'text',
  time: 'timestamptz',
  data: 'jsonb',
}
const ALIAS: Columns = {
  absorbed: 'text',
  partition: 'smallint',
  survivor: 'text',
  position: 'bigint',
  started: 'bigint',
  relation: 'jsonb',
}

const messageCells = ({ event, sentAt }: MessageRow, thread: ThreadId) => {
  const { data } = event
  const { parent } = data
  const answered = parent && data.evidence.find(({ value, message }) => value === parent.id && message !== null)
  return {
    id: data.message,
    thread,
    placed: event.thread,
    partition: event.partition,
    space: event.space,
    position: event.sequence,
    erased: false,
    input_stream: data.input.stream,
    input_sequence: data.input.sequence,
    direction: data.direction,
    kind: data.kind,
    forward: data.forward,
    message_id: storable(data.messageId),
    wire_key: digestOf(event.space, data.messageId),
    aliases: storableJson(data.aliases),
    in_reply_to: storableJson(data.inReplyTo),
    references_: storableJson(data.references),
    parent_id: parent === null ? null : storable(parent.id),
    parent_fact: parent?.fact ?? null,
    parent_key: parent === null ? null : digestOf(event.space, parent.id),
    parent_message: answered?.message ?? null,
    subject: storable(data.subject),
    base_subject: storable(data.baseSubject),
    subject_kind: data.subjectKind,
    from_: storableJson(data.from),
    reply_to: storableJson(data.replyTo),
    to_: storableJson(data.to),
    cc: storableJson(data.cc),
    sent_at: sentAt,
    received_at: storableTime(data.receivedAt),
    snippet: storable(data.snippet),
    attachment_count: data.attachments,
    size: data.size,
    digest: data.digest,
    list_id: data.listId === null ? null : storable(data.listId),
    thread_index: data.threadIndex,
    rule: data.rule,
    confidence: data.confidence,
    evidence: storableJson(data.evidence),
    rivals: storableJson(data.rivals),
  }
}

const isOwnMessage = (batch: Batch, message: MessageId): boolean => batch.messages.has(message)

const deliveryRows = (batch: Batch): RowsOf<DeliveryRow> => ({
  table: 'delivery',
  columns: DELIVERY,
  cells: (row) => ({
    message: row.message,
    inbox: row.inbox,
    thread: batch.resolve(row.thread),
    partition: row.partition,
    position: row.position,
    role: row.role,
    is_read: row.isRead,
    own: row.own,
    received_at: row.receivedAt,
    rule: row.rule,
  }),
})

const bodyCells = ({ message, partition, text, html, attachments, authentication, problems }: BodyRow) => ({
  message,
  partition,
  text,
  html,
  attachments: storableJson(attachments),
  authentication: authentication === null ? null : storableJson(authentication),
  problems: storableJson(problems),
})

/** Adds the rows that the batch made, each under the thread where it is at the batch's end. */
export const addRows = async (writer: RowWriter, batch: Batch, partition: number): Promise<void> => {
  await writer.add(
    {
      table: 'message',
      columns: MESSAGE,
      cells: (row: MessageRow) => messageCells(row, batch.resolve(row.event.thread)),
    },
    [...batch.messages.values()],
  )
  await writer.add({ table: 'message_body', columns: BODY, cells: bodyCells }, batch.bodies)
  await writer.add(
    {
      table: 'message_words',
      columns: WORDS,
      cells: ({ message, thread, account, subject, people, text }: BodyRow) => ({
        message,
        thread: batch.resolve(thread),
        partition,
        ...wordKeysOf(account, [
          searched(subject, SEARCHED.subject),
          searched(people, SEARCHED.people),
          searched(text, SEARCHED.text),
        ]),
      }),
    },
    batch.bodies,
  )
  const deliveries = [...batch.deliveries.values()]
  await writer.add(
    deliveryRows(batch),
    deliveries.filter(({ message }) => isOwnMessage(batch, message)),
  )
  await writer.addMissing(
    deliveryRows(batch),
    deliveries.filter(({ message }) => !isOwnMessage(batch, message)),
  )
  await writer.addMissing(
    {
      table: 'message_copy',
      columns: COPY,
      cells: ({ event: { data, sequence }, copy }: CopyRow) => ({
        copy,
        message: data.message,
        partition,
        position: sequence,
        inbox: data.inbox,
        role: data.role,
        message_id: storable(data.messageId),
        digest: data.digest,
        rule: data.rule,
        received_at: storableTime(data.receivedAt),
        input_stream: data.input.stream,
        input_sequence: data.input.sequence,
      }),
    },
    batch.copies,
  )
  await writer.add(
    { table: 'note', columns: NOTE, cells: (note: NoteRow) => ({ ...note, data: storableJson(note.data) }) },
    batch.notes,
  )
  await writer.addMissing(
    {
      table: 'thread_alias',
      columns: ALIAS,
      cells: ({ absorbed, survivor, position, start }: ReturnType<Batch['newAliases']>[number]) => ({
        absorbed,
        partition,
        survivor,
        position,
        started: start?.sequence ?? null,
        relation: start?.relation ? storableJson(start.relation) : null,
      }),
    },
    batch.newAliases(),
  )
}

/** Adds ids that messages are known under, each once. */
export const addAliases = async (run: Run, wireIds: Batch['wireIds']): Promise<void> => {
  for (const { message, wireId } of wireIds) {
    await run('update message set aliases = aliases || to_jsonb($2::text) where id = $1 and not aliases ? $2', [
      message,
      wireId,
    ])
  }
}
