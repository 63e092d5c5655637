export { authenticationBy } from './authentication-results.js'
export { decodeBase64 } from './base64.js'
export { decodeCharset, isKnownCharset } from './charset.js'
export * from './facts.js'
export { normaliseAddress, parseAddresses } from './address.js'
export {
  baseSubject,
  displaySubject,
  foldSubject,
  forwardSubject,
  replySubject,
  readSubject,
  subjectKindOf,
  type SubjectReading,
} from './base-subject.js'
export { parseDate } from './date.js'
export { decodeWords } from './encoded-word.js'
export { allTexts, firstText, isMail, readHeaderBlock, type HeaderBlock } from './header-block.js'
export { normaliseId, parseBareIds, parseIds, parseSingleId, sesLocalPart } from './message-id.js'
export { readFacts } from './read-facts.js'
export { splitMbox } from './mbox.js'
export {
  attributionLine,
  escapeHtml,
  htmlForward,
  htmlQuote,
  textForward,
  textQuote,
  type QuotedMail,
} from './quote-block.js'
export { newText, snippetOf } from './quotes.js'
export {
  foldHeader,
  idsHeader,
  instanceOfMessageId,
  isHeaderText,
  makeMessageId,
  ourMessageId,
  replyInReplyTo,
  replyReferences,
  type AnsweredMail,
  type MessageIdParts,
} from './reply-headers.js'
export {
  replyRecipients,
  type AnsweredRole,
  type RecipientReason,
  type ReplyRecipients,
  type ReplyRequest,
} from './reply-recipients.js'
export { makeReplyToken, readReplyToken, withoutReplyToken, type ReplyTokenKeys } from './reply-token.js'
export {
  normaliseThreadIndex,
  parseThreadIndex,
  replyThreadIndex,
  startThreadIndex,
  threadIndexDistance,
  threadIndexGuid,
  topicConversationId,
  type ThreadIndex,
  type ThreadIndexReply,
} from './thread-index.js'
export { type SubjectOptions } from './subject-parts.js'
