import type { Decided, ThreadId } from '@skein/events'
import type { IncomingMail } from '../incoming-mail.js'
import { linkRowsOf, unitedKeys, type LinkRowChange, type LinkRows, type MessageRow } from '../link-rows.js'
import { decideOrAsk, LoadedLinkIndex } from '../loaded-link-index.js'
import { linkNeeds, noNeeds, type Needs } from '../needs.js'
import type { RuleSet } from '../rule-set.js'
import { incoming, type GivenMail } from './given.js'

type Rows = Required<LinkRows>

/** A store of link rows as `link-rows.ts` describes it, in arrays: slow, and with nothing that the description does not say. */
export class RowStore {
  readonly rows: Rows = { links: [], messages: [], copies: [], deliveries: [], threads: [], participants: [], cuts: [] }

  apply(event: Decided): void {
    for (const change of linkRowsOf(event)) this.#change(structuredClone(change))
  }

  /** What answers these needs, and nothing else. */
  load(needs: Needs): LinkRows {
    const { rows } = this
    const links = rows.links.filter(({ key, role }) => (role === 'waiting' ? needs.waiting : needs.keys).includes(key))
    const families = this.#families(needs.threads)
    const wanted = new Set([
      ...needs.messages,
      ...rows.copies.filter(({ copy }) => needs.messages.includes(copy)).map(({ message }) => message),
      ...links.map(({ message }) => message),
      ...needs.subjects.flatMap((need) => rows.messages.filter((row) => fits(row, need)).map(({ message }) => message)),
    ])
    const messages = rows.messages.filter(({ message, thread }) => wanted.has(message) || families.has(thread))
    const named = new Set(messages.map(({ message }) => message))
    const threads = this.#withSurvivors(new Set([...messages.map(({ thread }) => thread), ...families]))
    const people = this.#families(needs.people)
    return structuredClone({
      links,
      messages,
      copies: rows.copies.filter(({ message }) => named.has(message)),
      deliveries: rows.deliveries.filter(({ message }) => named.has(message)),
      threads: rows.threads.filter(({ thread }) => threads.has(thread) || people.has(thread)),
      participants: [
        ...rows.participants.filter(({ thread }) => people.has(thread)),
        ...needs.addresses.flatMap((address) => rows.participants.find((row) => row.address === address) ?? []),
      ],
      cuts: rows.cuts.filter(({ thread }) => threads.has(thread)),
    })
  }

  #families(threads: readonly ThreadId[]): Set<ThreadId> {
    const all = new Set(threads)
    for (const one of all) for (const row of this.rows.threads) if (row.into === one) all.add(row.thread)
    return all
  }

  #withSurvivors(threads: Set<ThreadId>): Set<ThreadId> {
    for (const row of this.rows.threads) if (threads.has(row.thread) && row.survivor !== null) threads.add(row.survivor)
    return threads
  }

  #change(change: LinkRowChange): void {
    const { rows } = this
    switch (change.op) {
      case 'insert':
        return this.#insert(change)
      case 'move':
        for (const row of rows.messages) if (change.messages.includes(row.message)) row.thread = change.thread
        return
      case 'merge':
        for (const row of rows.threads) {
          if (change.absorbed.includes(row.thread)) row.into = change.survivor
          if (change.absorbed.includes(row.thread) || (row.survivor !== null && change.absorbed.includes(row.survivor)))
            row.survivor = change.survivor
        }
        return
      case 'place threads':
        for (const { thread, into, survivor } of change.rows)
          for (const row of rows.threads) if (row.thread === thread) Object.assign(row, { into, survivor })
        return
      case 'mention':
        rows.links = rows.links.filter(
          (row) => row.key !== change.key || row.role !== 'mentioned' || row.slot !== change.slot,
        )
        if (change.message !== null)
          rows.links.push({ key: change.key, role: 'mentioned', slot: change.slot, message: change.message })
        return
      case 'uncut':
        rows.cuts = rows.cuts.filter(
          ({ thread, other }) =>
            !(thread === change.a && other === change.b) && !(thread === change.b && other === change.a),
        )
        return
      case 'rekey':
        for (const row of rows.messages)
          if (row.message === change.message) row.keys = unitedKeys(row.keys, change.keys)
        return
      case 'forget':
        for (const row of rows.messages)
          if (row.message === change.message)
            Object.assign(row, { author: '', baseSubject: '', digest: '', date: null })
        return
    }
  }

  #insert(change: Extract<LinkRowChange, { op: 'insert' }>): void {
    const { rows } = this
    switch (change.table) {
      case 'link':
        return insertNew(rows.links, change.row, ['key', 'role', 'slot'])
      case 'message':
        return insertNew(rows.messages, change.row, ['message'])
      case 'copy':
        return insertNew(rows.copies, change.row, ['copy'])
      case 'delivery':
        return insertNew(rows.deliveries, change.row, ['message', 'inbox'])
      case 'thread':
        return insertNew(rows.threads, change.row, ['thread'])
      case 'participant':
        return insertNew(rows.participants, change.row, ['thread', 'address'])
      case 'cut':
        return insertNew(rows.cuts, change.row, ['thread', 'other'])
    }
  }
}

const fits = (row: MessageRow, need: Needs['subjects'][number]): boolean =>
  row.inbox === need.inbox &&
  row.baseSubject === need.baseSubject &&
  row.sentAt >= need.since &&
  row.sentAt <= need.until

const insertNew = <R, K extends keyof R>(rows: R[], row: R, key: K[]): void => {
  if (!rows.some((there) => key.every((field) => there[field] === row[field]))) rows.push(row)
}

const together = (all: Needs[]): Needs => {
  const sum = noNeeds()
  for (const needs of all) {
    sum.messages.push(...needs.messages)
    sum.keys.push(...needs.keys)
    sum.waiting.push(...needs.waiting)
    sum.addresses.push(...needs.addresses)
  }
  return sum
}

const decideAsking = (mail: IncomingMail, index: LoadedLinkIndex, rules: RuleSet, store: RowStore): Decided[] => {
  for (let rounds = 0; rounds < 20; rounds++) {
    const answer = decideOrAsk(mail, index, rules)
    if ('events' in answer) return answer.events
    index.answer(answer.needs, store.load(answer.needs))
  }
  throw new Error('A decision asks for more and more')
}

/** All decisions on some mails, made in batches, each from an index that was loaded for it out of a store of rows. */
export const decidedFromRows = (mails: GivenMail[], rules: RuleSet, batchSize: number): Decided[] => {
  const store = new RowStore()
  const events: Decided[] = []
  const all = mails.map((mail, i) => incoming(mail, i + 1))
  for (let start = 0; start < all.length; start += batchSize) {
    const batch = all.slice(start, start + batchSize)
    const index = new LoadedLinkIndex()
    const needs = together(batch.map((mail) => linkNeeds(mail, rules)))
    index.answer(needs, store.load(needs))
    const decided = batch.flatMap((mail) => {
      const some = decideAsking(mail, index, rules, store)
      for (const event of some) index.apply(event)
      return some
    })
    for (const event of decided) store.apply(event)
    events.push(...decided)
  }
  return events
}
