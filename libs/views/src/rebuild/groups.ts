import type { Run } from '../database.js'
import { LINK_TABLES, VIEW_TABLES } from '../hashes.js'

/** Tables that are made together, with one checkpoint for each partition: the read model, or the threader's index. */
export type Group = 'views' | 'index'
export const GROUPS: readonly Group[] = ['views', 'index']

export const CHECKPOINT_OF: Readonly<Record<Group, string>> = { views: 'checkpoint', index: 'link_checkpoint' }
export const TABLES_OF: Readonly<Record<Group, readonly string[]>> = { views: VIEW_TABLES, index: LINK_TABLES }

/** Every table of a group, its checkpoint first: writers lock that before they touch another, so whoever locks all does too. */
export const allTablesOf = (groups: readonly Group[]): string[] => [
  ...groups.map((group) => CHECKPOINT_OF[group]),
  ...groups.flatMap((group) => TABLES_OF[group]),
]

/** The last event in the tables of each group, by partition. */
export type Marks = Readonly<Record<Group, ReadonlyMap<number, number>>>

/** The marks of the connection's schema, or of another; a group that is not asked for has none. */
export const marksIn = async (run: Run, groups: readonly Group[] = GROUPS, schema?: string): Promise<Marks> => {
  const marks: Record<Group, Map<number, number>> = { views: new Map(), index: new Map() }
  for (const group of groups) {
    const table = schema === undefined ? CHECKPOINT_OF[group] : `"${schema}".${CHECKPOINT_OF[group]}`
    const rows = await run<{ partition: number; sequence: string }>(`select partition, sequence from ${table}`)
    for (const { partition, sequence } of rows) marks[group].set(partition, Number(sequence))
  }
  return marks
}

export const partitionsIn = ({ views, index }: Marks): number[] =>
  [...new Set([...views.keys(), ...index.keys()])].sort((a, b) => a - b)

/** Events between two marks, counted once where both groups take them. */
export const distance = (from: Marks, to: Marks): number =>
  partitionsIn(to).reduce((sum, partition) => sum + spanOf(from, to, partition).length, 0)

/** The events of a partition that a group still lacks: after `after`, up to and with `until`. */
export const spanOf = (from: Marks, to: Marks, partition: number) => {
  const spans = GROUPS.map((group) => ({
    after: from[group].get(partition) ?? 0,
    until: to[group].get(partition) ?? 0,
  })).filter(({ after, until }) => until > after)
  const after = Math.min(...spans.map((span) => span.after))
  const until = Math.max(...spans.map((span) => span.until))
  return spans.length === 0 ? { after: 0, until: 0, length: 0 } : { after, until, length: until - after }
}

/** Whether some partition of `marks` is further than in `others`. */
export const isAhead = (marks: Marks, others: Marks): boolean =>
  GROUPS.some((group) => [...marks[group]].some(([partition, mark]) => mark > (others[group].get(partition) ?? 0)))
