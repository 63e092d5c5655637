import { badRequest } from '@skein/http'

/**
 * How far a reader of live updates is: for each partition the last event that it has passed. As text, for instance `0:12,2:40`, it
 * is the id of an event, and where the reader goes on. A partition that is not named was not the account's then: the reader has
 * seen nothing of it.
 */
export type Place = ReadonlyMap<number, number>

const PLACE = /^\d{1,4}:\d{1,15}(?:,\d{1,4}:\d{1,15}){0,1023}$/

/** Of a place that names nothing, `0:0` says the same. */
export const placeText = (place: Place): string =>
  [...(place.size === 0 ? new Map([[0, 0]]) : place)]
    .sort(([a], [b]) => a - b)
    .map(([partition, sequence]) => `${partition}:${sequence}`)
    .join(',')

/** @throws Problem 400 for what is no id of an event here */
export const readPlace = (text: string, partitions: number, field: string): Place => {
  const fix = 'Send the id of the last event as it was given, or leave it out to begin now.'
  const wrong = (why: string) => badRequest(`${field}: ${text.slice(0, 80)} ${why}.`, { field, fix })
  if (!PLACE.test(text)) throw wrong('is not of the form <partition>:<sequence>,…')
  const pairs = text.split(',').map((pair) => pair.split(':').map(Number) as [number, number])
  const place = new Map(pairs)
  if (place.size < pairs.length) throw wrong('names a partition twice')
  const unknown = [...place.keys()].find((partition) => partition >= partitions)
  if (unknown !== undefined) throw wrong(`names partition ${unknown}; they are 0 to ${partitions - 1}`)
  return place
}
