import type { Address, MailFacts } from './facts.js'
import { allTexts, type HeaderBlock } from './header-block.js'
import { parseBareIds, parseIds, parseSingleId } from './message-id.js'

/** Ids of References that are kept: the first, where the conversation started, and the last, nearest to this mail. */
export const FIRST_REFERENCES = 100
export const LAST_REFERENCES = 900
/** Ids of In-Reply-To that are kept: one by the RFC, a few in prose, more only from an attacker. */
export const IN_REPLY_TO_LIMIT = 100
export const ALIAS_LIMIT = 20

/** Fields in which a server keeps the id that it replaced, and the id of a mail that was sent on (RFC 5322 §3.6.6). */
const ALIAS_FIELDS = [
  'x-google-original-message-id',
  'x-microsoft-original-message-id',
  'x-original-message-id',
  'resent-message-id',
]

const SYNTHETIC_DOMAIN = 'no-message-id.invalid'

type Ids = Pick<MailFacts, 'messageId' | 'synthetic' | 'aliases' | 'inReplyTo' | 'references' | 'bareIds'>

/** Each id once, where it stands last: the last reference is the parent, and repeated lines keep their order. */
const lastOfEach = (ids: string[]): string[] => [...new Set(ids.reverse())].reverse()

const firstAndLast = (ids: string[], problems: string[]): string[] => {
  const limit = FIRST_REFERENCES + LAST_REFERENCES
  if (ids.length <= limit) return ids
  problems.push(
    `References names ${ids.length} ids; the first ${FIRST_REFERENCES} and the last ${LAST_REFERENCES} were kept`,
  )
  return [...ids.slice(0, FIRST_REFERENCES), ...ids.slice(-LAST_REFERENCES)]
}

const singleIds = (block: HeaderBlock, name: string, isAddress: (id: string) => boolean): string[] =>
  allTexts(block, name)
    .map(parseSingleId)
    .filter((id): id is string => id !== null && !isAddress(id))

/** The mail's own id and its others. Of repeated Message-ID lines the first is the id. */
const readOwnIds = (block: HeaderBlock, isAddress: (id: string) => boolean) => {
  const [id = null, ...further] = new Set(singleIds(block, 'message-id', isAddress))
  const others = ALIAS_FIELDS.flatMap((name) => singleIds(block, name, isAddress))
  const aliases = [...new Set([...further, ...others])].filter((alias) => alias !== id)
  return { id, aliases: aliases.slice(0, ALIAS_LIMIT) }
}

/**
 * The ids of a mail. An id that equals an address of this mail is none: old mailers write `Message from Bob <bob@x> of
 * …` into In-Reply-To. The mail's own id is no reference either. Without a Message-ID one is made from the content, so
 * that a second delivery of the mail has the same.
 */
export const readIds = (block: HeaderBlock, people: readonly Address[], digest: string, problems: string[]): Ids => {
  const addresses = new Set(people.map(({ address }) => address.toLowerCase()))
  const isAddress = (id: string): boolean => addresses.has(id.toLowerCase())
  const { id, aliases } = readOwnIds(block, isAddress)
  if (id === null) problems.push('no Message-ID: one was made from the content')
  const own = new Set([id, ...aliases])
  const isOther = (mentioned: string): boolean => !own.has(mentioned) && !isAddress(mentioned)
  const mentions = (texts: string[]) => lastOfEach(texts.flatMap(parseIds).filter(isOther))
  const [answered, chain] = [allTexts(block, 'in-reply-to'), allTexts(block, 'references')]
  const inReplyTo = mentions(answered).slice(0, IN_REPLY_TO_LIMIT)
  const references = firstAndLast(mentions(chain), problems)
  const named = new Set([...inReplyTo, ...references])
  const bare = [...answered, ...chain].flatMap(parseBareIds)
  const bareIds = lastOfEach(bare.filter((mentioned) => isOther(mentioned) && !named.has(mentioned))).slice(
    0,
    IN_REPLY_TO_LIMIT,
  )
  return {
    messageId: id ?? `${digest}@${SYNTHETIC_DOMAIN}`,
    synthetic: id === null,
    aliases,
    inReplyTo,
    references,
    ...(bareIds.length > 0 && { bareIds }),
  }
}
