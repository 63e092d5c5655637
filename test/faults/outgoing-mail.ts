import {
  messageIdOf,
  type AccountId,
  type ComposedRecord,
  type InboxId,
  type MessageId,
  type SpaceId,
} from '@skein/events'
import type { Log } from '@skein/log'
import { readFacts } from '@skein/mail'

export const account = 'acc_faults' as AccountId
export const space = 'spc_faults' as SpaceId

/** An account with one space, and inboxes `inb_<name>` with addresses at `<name>.example`. */
export const fillDirectory = async (log: Log, names: readonly string[]): Promise<void> => {
  await log.directory.put('account', { id: account, name: 'Faults' })
  await log.directory.put('space', { id: space, account, name: 'Faults', rules: 'skein', policies: {} })
  for (const name of names)
    await log.directory.put('inbox', {
      ...{ id: `inb_${name}` as InboxId, account, space, name, address: `us@${name}.example`, aliases: [] },
    })
}

/** The server of an inbox: a transport for its domain. */
export const putTransport = async (log: Log, name: string, port: number): Promise<void> => {
  await log.directory.put('transport', {
    ...{ id: `trp_${name}` as never, account, name, domains: [`${name}.example`], host: '127.0.0.1', port },
    ...{ security: 'none', user: null, password: null, dkim: null },
  })
}

/** A mail of an inbox goes into the log as the composer would put it there. */
export const queueMail = async (
  log: Log,
  name: string,
  n: number,
  outgoing: Partial<ComposedRecord['outgoing']> = {},
): Promise<MessageId> => {
  const from = `us@${name}.example`
  const head = [
    `Message-ID: <${n}.${name}@skein.example>`,
    `From: ${from}`,
    'To: them@there.example',
    `Subject: Mail ${n}`,
  ]
  const raw = Buffer.from([...head, '', `Mail ${n} of ${name}`, ''].join('\r\n'))
  const facts = readFacts(raw)
  const message = messageIdOf({ space, messageId: facts.messageId, digest: facts.digest })
  const ours = { inbox: `inb_${name}` as InboxId, role: 'to', direction: 'out', door: 'outbox' } as const
  const what = { size: raw.length, facts, text: `Mail ${n}`, html: null, attachments: [], parserVersion: 'spec' }
  const how = { from, to: ['them@there.example'], answers: null, sendAt: null, automatic: false }
  const whose = { onUnknown: 'hold', seenUpTo: null, actor: 'key_spec' } as const
  const record = { v: 1, message, account, space, ...ours, ...what, envelope: null } as const
  const receivedAt = new Date().toISOString()
  await log.acceptMail({ raw, record: { ...record, receivedAt, outgoing: { ...how, ...whose, ...outgoing } } })
  return message
}
