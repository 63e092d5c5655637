import { parseIds, sesLocalPart } from '@skein/mail'

/** What Amazon SES answers: `250 Ok` and the local part of the Message-ID that it puts in. */
const SES_ANSWER = /^250 Ok ([0-9a-f]+(?:-[0-9a-f]+)+)\s*$/i
const SES_HOST = /(?:^|\.)([a-z]{2}(?:-[a-z]+){1,3}-\d)\.(?:[a-z0-9-]+\.)*(?:amazonaws\.com|awsapps\.com)\.?$/i
/** Shorter ones are addresses and names of servers, the same in every answer. */
const SHORTEST_LOCAL = 10

export interface Answered {
  readonly response: string
  /** The Message-ID of the mail, without brackets, and the addresses of its envelope: servers like to repeat both. */
  readonly messageId: string
  readonly addresses: readonly string[]
  readonly host: string
  readonly rewritesMessageId: boolean
}

/** The domain of SES's ids is `email` in its first region and the region's name elsewhere. */
const sesId = ({ response, host, rewritesMessageId }: Answered): string | null => {
  const local = SES_ANSWER.exec(response.trim())?.[1]
  const region = SES_HOST.exec(host)?.[1]?.toLowerCase()
  if (local === undefined || (region === undefined && !rewritesMessageId)) return null
  const id = `${local.toLowerCase()}@${region === undefined || region === 'us-east-1' ? 'email' : region}.amazonses.com`
  return sesLocalPart(id) === null ? null : id
}

const looksUnique = (id: string): boolean => {
  const local = id.slice(0, id.lastIndexOf('@'))
  return local.length >= SHORTEST_LOCAL && /\d/.test(local)
}

/**
 * The Message-ID, without brackets, that the receiving side will see by what the server said in its 250; `null` where it says
 * none but ours. Microsoft 365 and others say it in brackets.
 */
export const wireIdIn = (answered: Answered): string | null => {
  const known = new Set([answered.messageId, ...answered.addresses].map((one) => one.toLowerCase()))
  const foreign = parseIds(answered.response).filter((id) => id.includes('@') && !known.has(id.toLowerCase()))
  return foreign.find(looksUnique) ?? sesId(answered)
}
