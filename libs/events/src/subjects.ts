import type { InboxId, SpaceId } from './ids.js'

export type MailKindOfRecord = 'raw' | 'received' | 'composed' | 'delivery'

/** FNV-1a, 32 bits: spreads spaces over partitions, the same on every machine and for ever (changing it would strand spaces). */
const fnv1a = (text: string): number => {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0
  return hash
}

/** The partition of a space, 0 … partitions-1. */
export const partitionOf = (space: SpaceId, partitions: number): number => fnv1a(space) % partitions

export const mailStream = (partition: number): string => `MAIL-${partition}`
export const eventStream = (partition: number): string => `EVENTS-${partition}`
export const mailSubjects = (partition: number): string => `skein.mail.${partition}.>`
export const eventSubjects = (partition: number): string => `skein.events.${partition}.>`
export const mailSubject = (partition: number, space: SpaceId, kind: MailKindOfRecord): string =>
  `skein.mail.${partition}.${space}.${kind}`
export const eventSubject = (partition: number, space: SpaceId, type: string): string =>
  `skein.events.${partition}.${space}.${type}`
/** Where other systems send raw mail by request/reply. */
export const mailDoorSubject = (inbox: InboxId | '*'): string => `skein.in.${inbox}`
/** Commands to the writer of a partition. */
export const threaderCommandSubject = (partition: number, command: string): string =>
  `skein.cmd.threader.${partition}.${command}`
