import { appleMail, thunderbird } from './by-ids.js'
import { gmail } from './gmail.js'
import { outlook, outlookImap } from './outlook.js'
import type { Client, Grouping, SimulatedMail, Simulation } from './simulation.js'

const clients = { gmail, outlook, 'outlook-imap': outlookImap, 'apple-mail': appleMail, thunderbird } satisfies Record<
  string,
  Client
>
export type ClientName = keyof typeof clients

export const clientNames = Object.keys(clients) as ClientName[]
export const isClientName = (name: string): name is ClientName => Object.hasOwn(clients, name)

/**
 * How a mail client will group these mails, in the order in which it gets them. A draft is simply the last of them. What is
 * known of the clients is not equally sure: `sure` and `source` say so.
 */
export const simulate = (client: ClientName, mails: readonly SimulatedMail[]): Simulation => {
  const { name, sure, source, start } = clients[client]
  const memory = start()
  let conversations = 0
  const groupings = mails.map((mail): Grouping => {
    const { conversation: found, rule, because } = memory.place(mail)
    const conversation = found ?? ++conversations
    memory.remember({ mail, conversation })
    return { messageId: mail.facts.messageId, conversation, rule, because }
  })
  return { client: name, sure, source, mails: groupings }
}
