import Table from 'cli-table3'
import { z } from 'zod'
import { getJson, type Api } from './api.js'

const person = z.object({ name: z.string(), address: z.string() })
const page = z.object({
  threads: z.array(
    z.object({
      id: z.string(),
      subject: z.string(),
      participants: z.array(person),
      message_count: z.number(),
      unread_count: z.number(),
      last_message_at: z.string(),
    }),
  ),
  next_cursor: z.string().nullable(),
})
type Row = z.infer<typeof page>['threads'][number]

const SHOWN = 40
const SUBJECT_WIDTH = 46
const PEOPLE_WIDTH = 34

const cut = (text: string, width: number): string => (text.length <= width ? text : `${text.slice(0, width - 1)}…`)
const people = (row: Row): string => row.participants.map(({ name, address }) => name || address).join(', ')

/** The newest threads as a table for a person, once the mail at `waitFor` shows. */
export const threadTable = async (api: Api, waitFor: string | null): Promise<string> => {
  const wait = waitFor === null ? '' : `&wait_for=${waitFor}`
  const { threads, next_cursor: more } = await getJson(api, `/v1/threads?limit=${SHOWN}${wait}`, page)
  if (threads.length === 0) return 'No threads yet.'
  const table = new Table({
    head: ['last mail', 'subject', 'people', 'mails', 'unread'],
    colAligns: ['left', 'left', 'left', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  })
  for (const row of threads)
    table.push([
      row.last_message_at.slice(0, 16).replace('T', ' '),
      cut(row.subject || '(no subject)', SUBJECT_WIDTH),
      cut(people(row), PEOPLE_WIDTH),
      row.message_count,
      row.unread_count,
    ])
  return `${table.toString()}\n${threads.length} threads${more === null ? '' : ' and more'}`
}
