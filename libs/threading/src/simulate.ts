import { apple, thunderbird } from './simulate-by-ids.js'
import { Folder, type Client, type SimulatedMail, type Sureness } from './simulate-client.js'
import { gmail } from './simulate-gmail.js'
import { outlook, outlookImap } from './simulate-outlook.js'

export type { SimulatedMail, Sureness } from './simulate-client.js'
export { outlookConversationId } from './simulate-outlook.js'

/** The conversation that a client puts one mail into, and why. */
export interface Grouping {
  /** Conversations are numbered from 1, in the order in which they were opened. */
  conversation: number
  /** The rule that decided, as a key and as a sentence for a person. */
  rule: string
  because: string
  /** Place (from 0) in the given mails of the one that this mail was tied to; `null` where it opened a conversation. */
  tiedTo: number | null
  sureness: Sureness
}

const clients = {
  gmail,
  outlook,
  'outlook-imap': outlookImap,
  apple,
  thunderbird,
} as const satisfies Record<string, Client>

export type ClientName = keyof typeof clients
export const clientNames = Object.keys(clients) as ClientName[]
export const isClientName = (name: string): name is ClientName => Object.hasOwn(clients, name)
/** What people call a client. */
export const clientTitle = (name: ClientName): string => clients[name].name

/**
 * How a mail client groups these mails, which come in the given order: a conversation for each, in the same order. Every client
 * is taken with the settings that it comes with.
 */
export const simulate = (name: ClientName, mails: readonly SimulatedMail[]): Grouping[] => {
  const client = clients[name]
  const folder = new Folder()
  return mails.map((mail) => {
    const tie = client.tie(mail, folder)
    const conversation = folder.add(mail, client.keys(mail), tie) + 1
    return { conversation, rule: tie.rule, because: tie.because, tiedTo: tie.to, sureness: client.sureness }
  })
}
