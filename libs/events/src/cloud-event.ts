import { eventEnvelope, eventTypes, type Cause, type EventType, type SkeinEvent, type StoredEvent } from './events.js'

/** An event in the binary mode of CloudEvents 1.0 for NATS: attributes as `ce-` headers, the data as JSON in the body. */
export interface CloudEvent {
  headers: Record<string, string>
  body: string
}

/** Thrown for a stored event that this version cannot read: a newer type or version, or a body that breaks its schema. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent'
}

/** An event of a type or version that a newer release wrote. Whoever can do without it leaves it out, and says so. */
export class NewerEvent extends UnreadableEvent {}

const causeText = (cause: Cause): string =>
  cause.kind === 'input'
    ? `input ${cause.stream} ${cause.sequence}`
    : `command ${cause.id} ${cause.name} ${encodeURIComponent(cause.actor)}`

const causeFrom = (text: string): Cause => {
  const [kind, first = '', second = '', third = ''] = text.split(' ')
  return kind === 'input'
    ? { kind: 'input', stream: first, sequence: Number(second) }
    : { kind: 'command', id: first, name: second, actor: decodeURIComponent(third) }
}

export const encodeEvent = (event: SkeinEvent): CloudEvent => ({
  headers: {
    'ce-specversion': '1.0',
    'ce-id': event.id,
    'ce-source': `/skein/spaces/${event.space}`,
    'ce-type': `skein.${event.type}`,
    'ce-time': event.time,
    'ce-subject': event.thread,
    'ce-space': event.space,
    'ce-dataversion': String(eventTypes[event.type].v),
    'ce-cause': causeText(event.cause),
    'content-type': 'application/json',
  },
  body: JSON.stringify(event.data),
})

const isEventType = (name: string): name is EventType => Object.hasOwn(eventTypes, name)

const jsonOf = (body: string, sequence: number): unknown => {
  try {
    return JSON.parse(body)
  } catch (cause) {
    throw new UnreadableEvent(`${sequence}: the body is not JSON`, { cause })
  }
}

/**
 * Reads a stored event in its newest shape; this is the one place where older versions are brought up to date.
 * @throws UnreadableEvent for an unknown type, a version from the future, or data that breaks the schema
 */
export const decodeEvent = (
  { headers, body }: CloudEvent,
  place: { sequence: number; partition: number },
): StoredEvent => {
  const type = (headers['ce-type'] ?? '').replace(/^skein\./, '')
  if (!isEventType(type)) throw new NewerEvent(`${place.sequence}: unknown event type "${type}"`)
  const version = Number(headers['ce-dataversion'])
  if (version > eventTypes[type].v)
    throw new NewerEvent(`${place.sequence}: ${type} version ${version} is newer than ${eventTypes[type].v}`)
  const envelope = eventEnvelope.safeParse({
    id: headers['ce-id'],
    time: headers['ce-time'],
    space: headers['ce-space'],
    thread: headers['ce-subject'],
    cause: causeFrom(headers['ce-cause'] ?? ''),
  })
  if (!envelope.success) throw new UnreadableEvent(`${place.sequence}: ${envelope.error.message}`)
  const data = eventTypes[type].data.safeParse(jsonOf(body, place.sequence))
  if (!data.success) throw new UnreadableEvent(`${place.sequence}: ${type}: ${data.error.message}`)
  return { ...envelope.data, ...place, type, data: data.data } as StoredEvent
}
