import type { Decided, MessageId } from '@skein/events'
import { confidenceOf, evidenceOf, type Choice } from './choice.js'
import type { LinkIndex } from './link-index.js'

/** The event of threads that become one, if any do. The survivor is kept apart from all that the absorbed were kept apart from. */
export const merged = (choice: Choice, message: MessageId, index: LinkIndex): Decided[] => {
  if (choice.absorbed.length === 0) return []
  const cuts = new Set(choice.absorbed.flatMap((thread) => index.cutsOf(thread)))
  const decision = { rule: 'merge', evidence: evidenceOf(choice.links), confidence: confidenceOf(choice.links) }
  return [
    {
      type: 'ThreadsMerged',
      thread: choice.survivor,
      data: { ...decision, absorbed: choice.absorbed, message, cuts: [...cuts] },
    },
  ]
}
