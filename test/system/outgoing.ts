import { expect, vi } from 'vitest'
import { startRelay, type Relay } from './mail-relay.js'
import { startSystem, type System } from './system.js'

/** What answers have that specs of sending look at. */
export interface Sent {
  message_id: string
  message_id_header: string
  thread_id: string | null
  sequence: string
  status: string
  to: { address: string }[]
  cc: { address: string }[]
  notes: { code: string }[]
}
export interface Message {
  id: string
  thread_id: string
  message_id: string
  in_reply_to: string[]
  references: string[]
  text: string
  direction: string
  kind: string
  is_forward: boolean
  parent_id: string | null
  delivery_role: string | null
  delivery: { status: string; attempt: number; next_try_at: string | null; bounces: { by: string }[] } | null
}
export interface Thread {
  id: string
  subject: string
  message_count: number
  unread_count: number
  participants: { address: string }[]
}
interface Refusal {
  status: number
  type: string | undefined
  field?: string
}

/** A system whose mail leaves by a relay that keeps it to be looked at. */
export interface Outgoing {
  readonly system: System
  readonly relay: Relay
  json<T>(path: string): Promise<T>
  /** @throws for all but the 202 */
  send(path: string, body: unknown, headers?: Record<string, string>): Promise<Sent>
  /** What a refused call is refused as: its status, the slug of its type, and the field at fault. */
  refusal(path: string, body: unknown, headers?: Record<string, string>): Promise<Refusal>
  /** The message as it is once the views show it. */
  shown(sent: Pick<Sent, 'message_id' | 'sequence'>): Promise<Message>
  /** A mail comes to an inbox. */
  arrived(raw: string | Uint8Array, inbox?: string): Promise<{ message: string; thread: string }>
  /** The octets of a mail of ours as they came to the relay, by its Message-ID in brackets. */
  onTheWire(id: string): Promise<string>
  becomes(message: string, status: string): Promise<void>
  /** Gives an inbox a transport of its own to this machine, and waits until the outbox has heard of it. */
  sendsBy(inbox: string, transport: { name: string; port: number; rewrites_message_id?: boolean }): Promise<void>
  stop(): Promise<void>
}

/** A mail from Ann to support; `more`: further header fields, `To` in place of its own. */
export const mailFrom = (id: string, subject: string, more: string[] = []): string =>
  [
    'From: Ann <ann@there.example>',
    ...(more.some((line) => line.startsWith('To:')) ? [] : ['To: support@skein.example']),
    'Date: Mon, 02 Mar 2026 12:00:00 +0000',
    `Message-ID: <${id}@there.example>`,
    `Subject: ${subject}`,
    ...more,
    '',
    `Words of ${id}.`,
    '',
  ].join('\r\n')

/** A field of a raw mail, unfolded; empty where there is none. */
export const headerOf = (raw: string, name: string): string =>
  new RegExp(`^${name}: ?((?:.*)(?:\\r\\n[ \\t].*)*)`, 'im')
    .exec(raw)?.[1]
    ?.replace(/\r\n[ \t]+/g, ' ')
    .trim() ?? ''

const INBOXES = new Map(['support', 'sales', 'team'].map((name) => [`${name}@skein.example`, `inb_${name}`]))

/** `settings`: of the outbox, where they are not the usual ones. */
export const startOutgoing = async (settings: Parameters<typeof startSystem>[1] = {}): Promise<Outgoing> => {
  const system = await startSystem(undefined, settings)
  const relay = await startRelay(system, INBOXES)
  const transport = { name: 'Relay', host: '127.0.0.1', port: relay.port, security: 'none', domains: ['skein.example'] }
  const made = await system.call('POST', '/v1/transports', transport)
  if (made.status !== 201) throw new Error(await made.text())
  const json: Outgoing['json'] = async <T>(path: string): Promise<T> => {
    const answer = await system.call('GET', path)
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }
  const shown: Outgoing['shown'] = ({ message_id: id, sequence }) => json(`/v1/messages/${id}?wait_for=${sequence}`)
  return {
    system,
    relay,
    json,
    shown,
    send: async (path, body, headers = {}) => {
      const answer = await system.call('POST', path, body, headers)
      if (answer.status !== 202) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
      return (await answer.json()) as Sent
    },
    refusal: async (path, body, headers = {}) => {
      const answer = await system.call('POST', path, body, headers)
      const { type, field } = (await answer.json()) as { type?: string; field?: string }
      return { status: answer.status, type: type?.split(':').at(-1), ...(field === undefined ? {} : { field }) }
    },
    arrived: async (raw, inbox = 'inb_support') => {
      const accepted = (await (await system.mail(raw, inbox)).json()) as Sent
      return { message: accepted.message_id, thread: (await shown(accepted)).thread_id }
    },
    onTheWire: async (id) => {
      const find = () => relay.mails.find(({ raw }) => raw.includes(`Message-ID: ${id}`))?.raw
      await expect.poll(find, { timeout: 20_000, interval: 20 }).toBeDefined()
      return find() ?? ''
    },
    becomes: (message, status) => {
      const now = async () => (await json<Message>(`/v1/messages/${message}`)).delivery?.status
      return expect.poll(now, { timeout: 20_000, interval: 20 }).toBe(status)
    },
    sendsBy: async (inbox, transport) => {
      const of = { host: '127.0.0.1', security: 'none', ...transport }
      const { id } = (await (await system.call('POST', '/v1/transports', of)).json()) as { id: string }
      const answer = await system.call('PATCH', `/v1/inboxes/${inbox}`, { transport: id })
      if (answer.status !== 200) throw new Error(await answer.text())
      const used = async (): Promise<boolean> => {
        const planned = await system.call('POST', `/v1/inboxes/${inbox}/send/plan`, { to: 'x@there.example' })
        return ((await planned.json()) as { transport: { id: string } | null }).transport?.id === id
      }
      await vi.waitUntil(used, { timeout: 5_000, interval: 20 })
    },
    stop: async () => {
      await relay.stop()
      await system.stop()
    },
  }
}
