import { setTimeout as pause } from 'node:timers/promises'
import { partitionOf, type SpaceId, type ThreadId } from '@skein/events'
import type { Log } from '@skein/log'
import type { Gathering } from '@skein/threading'
import { z } from 'zod'
import { differenceOf, REGROUP, type Rules, type SpaceDifference } from './rethread-space.js'

/** What one command carries at most, so that it stays far below what the bus lets through and other work comes in between. */
const MESSAGES_A_COMMAND = 200
/** Until every writer has seen the space's new rules. */
const RULES_SEEN_MS = 1_000
/** Mail that comes meanwhile is looked at again; more rounds than this mean that something else is wrong. */
const MOST_ROUNDS = 5

const recorded = z.object({ events: z.array(z.unknown()) })

export interface Application {
  space: SpaceId
  application: string
  to: Rules
  after: number
  actor: string
  /** Any thread of the space, for the event that says which rules. */
  thread: ThreadId
}

interface Work {
  gatherings: Gathering[]
  rekeyed: SpaceDifference['rekeyed']
}

const sizeOf = ({ messages, absorb }: Gathering): number => messages.length + absorb.length

/** A gathering of many messages, cut: each part goes to the same home, which the first makes where there is none. */
const cut = (gathering: Gathering): Gathering[] => {
  const { home, messages, absorb } = gathering
  if (home === null || sizeOf(gathering) <= MESSAGES_A_COMMAND) return [gathering]
  const parts: Gathering[] = []
  for (let from = 0; from < messages.length; from += MESSAGES_A_COMMAND)
    parts.push({ home, messages: messages.slice(from, from + MESSAGES_A_COMMAND), absorb: [] })
  for (let from = 0; from < absorb.length; from += MESSAGES_A_COMMAND)
    parts.push({ home, messages: [], absorb: absorb.slice(from, from + MESSAGES_A_COMMAND) })
  return parts
}

const inChunks = <T>(items: readonly T[], size: (item: T) => number): T[][] => {
  const chunks: T[][] = []
  let room = 0
  for (const item of items) {
    if (room < size(item)) {
      chunks.push([])
      room = MESSAGES_A_COMMAND
    }
    chunks.at(-1)?.push(item)
    room -= size(item)
  }
  return chunks
}

/** The commands of a plan, in order: keys; then all that leaves its thread; then the threads that come along whole. */
const commandsOf = ({ gatherings, rekeyed }: Work): Partial<Work>[] => [
  ...inChunks(rekeyed, () => 1).map((some) => ({ rekeyed: some })),
  ...inChunks(
    gatherings.filter(({ messages }) => messages.length > 0).flatMap((one) => cut({ ...one, absorb: [] })),
    sizeOf,
  ).map((some) => ({ gatherings: some })),
  ...inChunks(
    gatherings.filter(({ absorb }) => absorb.length > 0).flatMap((one) => cut(one)),
    sizeOf,
  ).map((some) => ({
    gatherings: some,
  })),
]

/**
 * Applies rules to what is stored of a space, as events. Steps: say which rules, so that it can be taken back; give the space the
 * rules, so that new mail is decided by them; then, until nothing is left to do, find the difference and have the writer carry it
 * out. A crash between two steps leaves a space part of which has moved: applying again goes on.
 */
export const applyRules = async (log: Log, asked: Application): Promise<{ events: number; rounds: number }> => {
  const { space, application, to, after, actor, thread } = asked
  const partition = partitionOf(space, log.partitions)
  let count = 0
  const send = async (payload: object): Promise<number> => {
    const id = `${application}-${count++}`
    const work = { rules: null, rekeyed: [], gatherings: [], ...payload }
    const answer = await log.command(partition, REGROUP, { id, space, actor, application, ...work })
    return recorded.parse(answer).events.length
  }
  const found = log.directory.space(space)
  if (found === undefined) throw new Error(`there is no space ${space}`)
  let events = await send({ rules: { thread, ...to, before: { rules: found.rules, policies: found.policies } } })
  await log.directory.put('space', { ...found, rules: to.rules, policies: to.policies })
  await pause(RULES_SEEN_MS)
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const difference = await differenceOf(log, { space, to, after })
    if (difference.gatherings.length === 0 && difference.rekeyed.length === 0) return { events, rounds: round - 1 }
    for (const command of commandsOf(difference)) events += await send(command)
  }
  return { events, rounds: MOST_ROUNDS }
}
