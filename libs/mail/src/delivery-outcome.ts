import { parseAddresses } from './address.js'
import { decodeUnlabelled } from './charset.js'
import { decodeXtext } from './xtext.js'
import type { DeliveryReport } from './facts.js'
import { allTexts, firstText, readHeaderBlock, type HeaderBlock } from './header-block.js'
import { contentOf } from './part-content.js'
import { readPlainReport } from './plain-report.js'
import type { Part } from './parts.js'

type Action = DeliveryReport['action']
/** What a report says of one recipient. */
interface Group {
  action: Action
  status: string | null
  recipient: string | null
}

const DELIVERY_STATUS = new Set(['message/delivery-status', 'message/global-delivery-status'])
/** Groups of one report that are looked at; a mail has a hundred recipients or so (RFC 5321 §4.5.3.1.8). */
const GROUP_LIMIT = 200
const VALUE_LIMIT = 1_000
/** A mail to several people has several fates; the report counts as the first of these that befell anybody. */
const BY_WEIGHT: readonly Action[] = ['failed', 'delayed', 'delivered', 'relayed', 'expanded']

/**
 * What became of a mail and for whom, as a bounce says: in its status part (RFC 3464), or in the words of servers that write
 * none. `null` where it says nothing that can be read.
 */
export const readDeliveryReport = (
  raw: Uint8Array,
  block: HeaderBlock,
  parts: readonly Part[],
): DeliveryReport | null => {
  const groups = parts
    .filter(({ contentType }) => DELIVERY_STATUS.has(contentType.type))
    .flatMap((part) => groupsIn(contentOf(raw, part)))
    .slice(0, GROUP_LIMIT)
  if (groups.length > 0) return summedUp(groups)
  const text = parts.find(({ contentType }) => contentType.type === 'text/plain')
  const words = text === undefined ? '' : decodeUnlabelled(contentOf(raw, text))
  const failed = allTexts(block, 'x-failed-recipients').flatMap(parseAddresses)
  const recipients = failed.map(({ address }) => address).filter((address) => address.includes('@'))
  return readPlainReport({ subject: firstText(block, 'subject', VALUE_LIMIT) ?? '', words, recipients })
}

const groupsIn = (content: Uint8Array): Group[] => {
  const groups: Group[] = []
  let rest = content
  while (rest.length > 0 && groups.length < GROUP_LIMIT) {
    const block = readHeaderBlock(rest)
    const group = groupOf(block)
    if (group !== null) groups.push(group)
    rest = rest.subarray(block.bodyStart)
  }
  return groups
}

/** The group of one recipient (RFC 3464 §2.3); `null` for that of the report itself, and for what says nothing. */
const groupOf = (block: HeaderBlock): Group | null => {
  const value = (name: string): string => firstText(block, name, VALUE_LIMIT) ?? ''
  const status = statusIn(value('status')) ?? statusIn(value('diagnostic-code').replace(/^[^;]*;\s*\d{3}[ -]/, ''))
  const action = actionIn(value('action')) ?? actionBy(status)
  if (action === null) return null
  // the first is the address that the sender wrote (RFC 3461 §4.2), the second where it had been forwarded to
  const recipient = addressIn(value('original-recipient')) ?? addressIn(value('final-recipient'))
  return { action, status, recipient }
}

const actionIn = (text: string): Action | null => {
  const word = /^[a-z]+/i.exec(text)?.[0].toLowerCase()
  return BY_WEIGHT.find((action) => action === word) ?? null
}

/** Where the field is missing, by the class of the status (RFC 3463 §2). */
const actionBy = (status: string | null): Action | null =>
  status === null ? null : status.startsWith('5') ? 'failed' : status.startsWith('4') ? 'delayed' : 'delivered'

const statusIn = (text: string): string | null => /^[245]\.\d{1,3}\.\d{1,3}(?![\d.])/.exec(text)?.[0] ?? null

/** One address and nothing beside it, so that no list or group comes out of it. */
const ADDRESS = /^<?([^\s<>,;:"]{3,320})>?$/

/** `rfc822; ann@example.org`, in xtext (RFC 3461 §4) or, for `utf-8`, with `\x{E4}` (RFC 6533 §3). */
const addressIn = (text: string): string | null => {
  const semicolon = text.indexOf(';')
  const type = text.slice(0, semicolon).trim().toLowerCase()
  if (semicolon < 0 || (type !== 'rfc822' && type !== 'utf-8')) return null
  const alone = ADDRESS.exec(text.slice(semicolon + 1).trim())?.[1] ?? ''
  const [found] = parseAddresses(decodeXtext(alone))
  return found?.address.includes('@') ? found.address : null
}

const summedUp = (groups: readonly Group[]): DeliveryReport | null => {
  const action = BY_WEIGHT.find((each) => groups.some((group) => group.action === each))
  if (action === undefined) return null
  const meant = groups.filter((group) => group.action === action)
  return {
    action,
    status: meant.find(({ status }) => status !== null)?.status ?? null,
    recipients: [...new Set(meant.flatMap(({ recipient }) => recipient ?? []))],
  }
}
