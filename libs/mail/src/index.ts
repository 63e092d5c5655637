export * from './facts.js'
export { normaliseAddress, parseAddresses } from './address.js'
export {
  baseSubject,
  displaySubject,
  foldSubject,
  forwardSubject,
  replySubject,
  subjectKindOf,
  type SubjectOptions,
} from './base-subject.js'
export { parseDate } from './date.js'
export { decodeWords } from './encoded-word.js'
export { allTexts, firstText, isMail, readHeaderBlock, type HeaderBlock } from './header-block.js'
export { normaliseId, parseBareIds, parseIds, parseSingleId, sesLocalPart } from './message-id.js'
export { readFacts } from './read-facts.js'
