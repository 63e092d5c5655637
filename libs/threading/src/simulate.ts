/** How sure a rule is: from the vendor's specification down to single observations. */
export type Sureness = 'specification' | 'vendor text' | 'code' | 'reports' | 'thin'

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
