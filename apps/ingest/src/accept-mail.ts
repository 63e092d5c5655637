import { Command } from '@nestjs/cqrs'
import type { Door, LogPosition, MessageId, ReceivedRecord } from '@skein/events'
import { LogUnavailable, type Inbox, type Log } from '@skein/log'
import { allTexts, authenticationBy, isMail, readHeaderBlock, type HeaderBlock } from '@skein/mail'
import type { MimeReader } from '@skein/mime'
import { withOrWithoutTag } from './delivery-role.js'
import type { LogPresence } from './log-presence.js'
import { receivedRecordOf, type NewRecord } from './received-record.js'
import { inboxOf } from './recipient.js'
import { refusals } from './refusals.js'
import type { MailSettings } from './settings.js'

/** Octets of a header block: a hundred times an ordinary one, and no more than an input record can hold the facts of. */
const MAX_HEADER_BYTES = 2 * 1024 * 1024

/** Where a mail stands in the log, and what was wrong with it that did not keep it out. */
export interface Accepted extends LogPosition {
  message: MessageId
  problems: string[]
}

/** How a mail came to the door. */
export interface Arrival {
  envelope?: ReceivedRecord['envelope']
  /** The address that it was handed in for, where that was one. */
  sentTo?: string
  /** Header lines that we write on top of the mail (RFC 5321 §4.4), each with its line end. */
  trace?: string | undefined
  /** Whether what the mail says of its sender's authentication can be ours at all; `true` where nothing is said. */
  isTrusted?: boolean | undefined
}

/** Stores a mail for an inbox; resolves when it is on disk. */
export class AcceptMail extends Command<Accepted> {
  constructor(
    readonly raw: Uint8Array,
    readonly inbox: Inbox,
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
  now: () => Date
}

/**
 * What every door does with a mail: refuses what is none, reads the rest once, and stores raw bytes and input record.
 * @throws Problem with the field at fault and the fix
 */
export const acceptMail = async (
  mail: AcceptMail,
  { log, presence, mime, settings, now }: AcceptParts,
): Promise<Accepted> => {
  const block = checkMail(mail.raw, settings)
  if (!presence.isThere) throw refusals.logUnavailable()
  const { envelope = null, trace = '', isTrusted = true } = mail.arrival
  const raw = trace === '' ? mail.raw : Buffer.concat([Buffer.from(trace), mail.raw])
  const believed = isTrusted ? settings.authservId : null
  const facts = {
    ...(await mime.facts(raw)),
    authentication: authenticationBy(allTexts(block, 'authentication-results'), believed),
  }
  const bodies = await mime.read(raw)
  const { directory } = log
  const record = receivedRecordOf(facts, bodies, {
    inbox: mail.inbox,
    door: mail.door,
    envelope,
    receivedAt: now().toISOString(),
    size: raw.length,
    isInbox: (address) => inboxOf(directory, address)?.id === mail.inbox.id,
    isOwn: (address) => withOrWithoutTag(address, (each) => directory.inboxByAddress(each)?.space === mail.inbox.space),
  })
  const position = await store(log, raw, record)
  return { ...position, message: record.message, problems: record.facts.problems }
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
