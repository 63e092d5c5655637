import type { Writable } from 'node:stream'
import { clientTitle, simulate, type ClientName, type Grouping } from '@skein/threading'
import { plain } from './draw-threads.js'
import { readAllMails, type Complain, type ReadMail } from './read-mails.js'
import { textTable } from './text-table.js'

export interface SimulateRun {
  paths: readonly string[]
  clients: readonly ClientName[]
  json: boolean
  out: Writable
  complain: Complain
}

/** One line of output: what one client does with one mail. */
export interface SimulateLine {
  client: ClientName
  file: string
  messageId: string
  conversation: number
  rule: string
  because: string
  /** Message-ID of the mail that it was tied to. */
  tiedTo: string | null
  sureness: Grouping['sureness']
}

interface Simulated {
  client: ClientName
  groupings: Grouping[]
}

const linesOf = (mails: readonly ReadMail[], { client, groupings }: Simulated): SimulateLine[] =>
  mails.map(({ file, mail }, i) => {
    const grouping = groupings[i]!
    const tied = grouping.tiedTo === null ? null : (mails[grouping.tiedTo]?.mail.facts.messageId ?? null)
    return { client, file, messageId: mail.facts.messageId, ...grouping, tiedTo: tied }
  })

const count = ({ groupings }: Simulated): string => {
  const conversations = groupings.reduce((most, { conversation }) => Math.max(most, conversation), 0)
  const mails = groupings.length === 1 ? '1 mail' : `${groupings.length} mails`
  return `${mails} in ${conversations === 1 ? '1 conversation' : `${conversations} conversations`}`
}

const titleOf = (simulated: Simulated): string => {
  const [first] = simulated.groupings
  const sureness = first ? `, rules by: ${first.sureness}` : ''
  return `${clientTitle(simulated.client)}: ${count(simulated)}${sureness}`
}

const SUBJECT_WIDTH = 40
const LONGEST = 2_000
const subjectOf = ({ mail }: ReadMail): string => {
  const subject = plain(mail.facts.subject) || '(no subject)'
  return subject.length <= SUBJECT_WIDTH ? subject : `${subject.slice(0, SUBJECT_WIDTH - 1)}…`
}

/** One client: each mail with its conversation, the mail that it was tied to, and why. */
const why = (mails: readonly ReadMail[], simulated: Simulated): string => {
  const rows = mails.map((mail, i) => {
    const { conversation, tiedTo, because } = simulated.groupings[i]!
    return [
      `${i + 1}`,
      subjectOf(mail),
      `${conversation}`,
      tiedTo === null ? '' : `${tiedTo + 1}`,
      plain(because, LONGEST),
    ]
  })
  const table = textTable(['mail', 'subject', 'conversation', 'tied to', 'why'], rows)
  return `${titleOf(simulated)}\n${table}\n`
}

/** Several clients side by side: the conversation of each mail, and the rule. */
const sideBySide = (mails: readonly ReadMail[], all: readonly Simulated[]): string => {
  const cell = ({ conversation, rule }: Grouping): string => `${conversation} ${rule}`
  const rows = mails.map((mail, i) => [`${i + 1}`, subjectOf(mail), ...all.map(({ groupings }) => cell(groupings[i]!))])
  const head = ['mail', 'subject', ...all.map(({ client }) => client)]
  const table = textTable(head, rows)
  return `${table}\n\n${all.map(titleOf).join('\n')}\n\nWith --client NAME each line says why.\n`
}

/** How mail clients group the mail of files, taken to come in the order of the files. */
export const runSimulate = async ({ paths, clients, json, out, complain }: SimulateRun): Promise<void> => {
  const mails = await readAllMails(paths, complain)
  const facts = mails.map(({ mail }) => mail.facts)
  const all = clients.map((client) => ({ client, groupings: simulate(client, facts) }))
  const [only, ...others] = all
  if (json) for (const line of all.flatMap((one) => linesOf(mails, one))) out.write(`${JSON.stringify(line)}\n`)
  else if (only && others.length === 0) out.write(why(mails, only))
  else out.write(sideBySide(mails, all))
}
