import { Command } from '@nestjs/cqrs'
import type { Door, LogPosition, MessageId, ReceivedRecord } from '@skein/events'
import { counter } from '@skein/http'
import { LogUnavailable, type Inbox, type Log } from '@skein/log'
import { allTexts, authenticationBy, isMail, readHeaderBlock, type HeaderBlock, type MailFacts } from '@skein/mail'
import type { MailBodies, MimeReader } from '@skein/mime'
import { withOrWithoutTag } from './delivery-role.js'
import type { LogPresence } from './log-presence.js'
import { receivedRecordOf, type NewRecord } from './received-record.js'
import { inboxOf } from './recipient.js'
import { refusals } from './refusals.js'
import { addressedTo, replyTokenIn, type ReadToken } from './reply-token.js'
import type { MailSettings } from './settings.js'

/** Octets of a header block: a hundred times an ordinary one, and no more than an input record can hold the facts of. */
const MAX_HEADER_BYTES = 2 * 1024 * 1024

const countAccepted = counter('skein_mails_accepted_total', 'Copies of mails that were stored, by door.', 'door')

/** Where a mail stands in the log, and what was wrong with it that did not keep it out. */
export interface Accepted extends LogPosition {
  message: MessageId
  problems: string[]
}

/** An inbox that gets the mail, and by which addresses. */
export interface Copy {
  inbox: Inbox
  envelope?: ReceivedRecord['envelope']
  /** The address that it was handed in for, where there is no envelope. */
  sentTo?: string
}

/** How a mail came to the door. */
export interface Arrival {
  /** Header lines that we write on top of the mail (RFC 5321 §4.4), each with its line end. */
  trace?: string
  /** Whether what the mail says of its sender's authentication can be ours at all; `true` where nothing is said. */
  isTrusted?: boolean
}

/** Stores a mail for one inbox or several; resolves when all copies are on disk. */
export class AcceptMail extends Command<Accepted[]> {
  constructor(
    readonly raw: Uint8Array,
    readonly copies: readonly Copy[],
    readonly door: Door,
    readonly arrival: Arrival = {},
  ) {
    super()
  }
}

export interface AcceptParts {
  log: Pick<Log, 'acceptMail' | 'directory'>
  presence: Pick<LogPresence, 'isThere'>
  mime: MimeReader
  settings: MailSettings
  /** Reads the token in an address that we wrote; `null` where the instance has no secret to know its own by. */
  readToken: ReadToken | null
  now: () => Date
}

/**
 * What every door does with a mail: refuses what is none, reads the rest once, and stores for each inbox raw bytes and input
 * record. Where it throws after some of them were stored, the same mail may come again: it has the same ids then.
 * @throws Problem with the field at fault and the fix
 */
export const acceptMail = async (mail: AcceptMail, parts: AcceptParts): Promise<Accepted[]> => {
  const { log, presence, mime, settings } = parts
  const block = checkMail(mail.raw, settings)
  if (!presence.isThere) throw refusals.logUnavailable()
  const { trace = '', isTrusted = true } = mail.arrival
  const raw = trace === '' ? mail.raw : Buffer.concat([Buffer.from(trace), mail.raw])
  const believed = isTrusted ? settings.authservId : null
  const facts = {
    ...(await mime.facts(raw)),
    authentication: authenticationBy(allTexts(block, 'authentication-results'), believed),
  }
  const bodies = await mime.read(raw)
  const accepted: Accepted[] = []
  // one after the other: each is held in memory once more while it is stored
  for (const copy of mail.copies) {
    const record = recordOf(copy, { facts, bodies, block, size: raw.length, door: mail.door }, parts)
    const position = await store(log, raw, record)
    countAccepted(mail.door)
    accepted.push({ ...position, message: record.message, problems: record.facts.problems })
  }
  return accepted
}

interface ReadMail {
  facts: MailFacts
  bodies: MailBodies
  block: HeaderBlock
  size: number
  door: Door
}

const recordOf = (copy: Copy, mail: ReadMail, { log: { directory }, readToken, now }: AcceptParts): NewRecord => {
  const { inbox, envelope = null, sentTo } = copy
  const { facts, bodies, block, size, door } = mail
  const isInbox = (address: string): boolean => inboxOf(directory, address)?.id === inbox.id
  const sent = [...(envelope?.to ?? []), ...(sentTo === undefined ? [] : [sentTo])]
  return receivedRecordOf(facts, bodies, {
    inbox,
    door,
    envelope,
    receivedAt: now().toISOString(),
    size,
    isInbox,
    isOwn: (address) => withOrWithoutTag(address, (each) => directory.inboxByAddress(each)?.space === inbox.space),
    replyToken: readToken && replyTokenIn([...sent, ...addressedTo(facts, block)], isInbox, readToken),
  })
}

const checkMail = (raw: Uint8Array, settings: MailSettings): HeaderBlock => {
  if (raw.length === 0) throw refusals.emptyBody()
  if (raw.length > settings.maxMailBytes) throw refusals.tooLarge(settings.maxMailBytes)
  const looks = isMail(raw)
  if (!looks.ok) throw refusals.notAMail(looks.reason)
  const block = readHeaderBlock(raw)
  if (block.isCut || block.bodyStart > MAX_HEADER_BYTES) throw refusals.headerTooLarge(MAX_HEADER_BYTES)
  const received = allTexts(block, 'received', 0).length
  if (received > settings.maxReceivedLines) throw refusals.looping(received, settings.maxReceivedLines)
  return block
}

const store = async (log: AcceptParts['log'], raw: Uint8Array, record: NewRecord): Promise<LogPosition> => {
  try {
    return await log.acceptMail({ raw, record })
  } catch (error) {
    if (error instanceof LogUnavailable) throw Object.assign(refusals.logUnavailable(), { cause: error })
    throw error
  }
}
