import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { getJson, type Api } from './api.js'

const PATIENCE_MS = 15_000
const PAUSE_MS = 50
const SUBJECT = 'Do we have the teal in stock?'

const queued = z.object({ message_id: z.string() })
const message = z.object({
  thread_id: z.string(),
  from_addr: z.string().nullable(),
  deliveries: z.array(z.object({ inbox: z.string() })),
})
const thread = z.object({ id: z.string(), message_count: z.number() })

const post = async ({ url, key }: Api, path: string, body: object): Promise<string> => {
  const answer = await fetch(new URL(path, url), {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const json: unknown = await answer.json()
  if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(json)}`)
  return queued.parse(json).message_id
}

/** The thread of a mail, once it has come out of the SMTP server into this inbox. */
const arrived = async (api: Api, id: string, inbox: string): Promise<string> => {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const found = await getJson(api, `/v1/messages/${id}`, message).catch(() => null)
    if (found?.deliveries.some((one) => one.inbox === inbox)) return found.thread_id
    if (performance.now() > deadline)
      throw new Error(`the mail ${id} did not come to ${inbox} within ${PATIENCE_MS} ms`)
    await pause(PAUSE_MS)
  }
}

/**
 * Two inboxes of the new instance write to each other, once for a data folder: composed, sent by SMTP, received, and threaded.
 * Answers what to say of it; `null` where they did before.
 */
export const firstTalk = async (api: Api, dataDir: string): Promise<string | null> => {
  const marker = join(dataDir, 'first-talk')
  if (existsSync(marker)) return null
  const asked = await post(api, '/v1/inboxes/inb_support/send', {
    to: ['sales@skein.example'],
    subject: SUBJECT,
    text: 'A customer asks for six skeins of it.\n',
  })
  const id = await arrived(api, asked, 'inb_sales')
  const answered = await post(api, `/v1/threads/${id}/reply`, {
    text: 'Eight are left. I put six aside.\n',
  })
  await arrived(api, answered, 'inb_support')
  const { message_count } = await getJson(api, `/v1/threads/${id}`, thread)
  await writeFile(marker, '')
  return `Support and Sales wrote to each other by SMTP just now: "${SUBJECT}", ${message_count} mails in one thread, ${id}.`
}
