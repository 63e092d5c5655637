import type { MessageId } from '@skein/events'
import { looksLikeAddress } from './address-like.js'
import type { IncomingMail } from './incoming-mail.js'
import type { RuleSet } from './rule-set.js'

/** What has to be looked up before a mail can be decided. */
export interface Needs {
  /** Their `message`, `copy` and `delivery` rows. */
  messages: MessageId[]
  /**
   * Their `link` rows of role `owned`, `mentioned` and `demoted`, with the `message` rows of the messages in them, the
   * `delivery` and `copy` rows of those in `owned`, and the `thread` rows (the survivors' too) and `cut` rows of their threads.
   */
  keys: string[]
  /** Their `link` rows of role `waiting`, with the same rows behind them. */
  waiting: string[]
  /** One `participant` row each, of whatever thread: is there somebody with this address? */
  addresses: string[]
}

export const linkNeeds = (mail: IncomingMail, rules: RuleSet): Needs => {
  const keys = rules.keys(mail.facts, mail.replyToken ?? null)
  return {
    messages: [mail.message],
    keys: keys.map(({ key }) => key),
    addresses: keys.flatMap(({ role, value }) =>
      role !== 'owned' && looksLikeAddress(value) ? value.toLowerCase() : [],
    ),
    waiting: keys.flatMap(({ key, role }) => (role === 'owned' && rules.ghosts ? key : [])),
  }
}
