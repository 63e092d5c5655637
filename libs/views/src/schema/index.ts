import { Checkpoint } from './checkpoint.js'
import { Delivery, JoinOffer, Message, MessageBody, MessageCopy, MessageWords, Note } from './message.js'
import { Outgoing } from './outgoing.js'
import { Thread, ThreadAlias, ThreadInbox, ThreadParticipant } from './thread.js'

export {
  Checkpoint,
  Delivery,
  JoinOffer,
  Message,
  MessageBody,
  MessageCopy,
  MessageWords,
  Note,
  Outgoing,
  Thread,
  ThreadAlias,
  ThreadInbox,
  ThreadParticipant,
}
export type { MessageEntity } from './message.js'
export type { ThreadEntity } from './thread.js'

export const entities = [
  Checkpoint,
  Delivery,
  JoinOffer,
  Message,
  MessageBody,
  MessageCopy,
  MessageWords,
  Note,
  Outgoing,
  Thread,
  ThreadAlias,
  ThreadInbox,
  ThreadParticipant,
]
