export type Partition = ReadonlyMap<string, string>

export interface Agreement {
  mails: number
  /** Pairwise: of all pairs of mails that either puts together, how far they agree. 1 is the same partition. */
  f1: number
  /** Adjusted Rand index: the same question, corrected for chance. */
  ari: number
  /** Pairs that only the first, and that only the second, puts together. */
  joinedByUs: number
  joinedByThem: number
}

const pairs = (n: number): number => (n * (n - 1)) / 2
const count = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1)
const pairsIn = (counts: Map<string, number>): number => [...counts.values()].reduce((sum, n) => sum + pairs(n), 0)

/** How far two partitions agree over the mails that both know. */
export const agreement = (ours: Partition, theirs: Partition): Agreement => {
  const [a, b, both] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()]
  let mails = 0
  for (const [n, thread] of ours) {
    const other = theirs.get(n)
    if (other === undefined) continue
    mails++
    count(a, thread)
    count(b, other)
    count(both, `${thread} ${other}`)
  }
  const [inOurs, inTheirs, inBoth, all] = [pairsIn(a), pairsIn(b), pairsIn(both), pairs(mails)]
  const expected = (inOurs * inTheirs) / all
  const most = (inOurs + inTheirs) / 2
  return {
    mails,
    f1: inOurs + inTheirs === 0 ? 1 : (2 * inBoth) / (inOurs + inTheirs),
    ari: most === expected ? 1 : (inBoth - expected) / (most - expected),
    joinedByUs: inOurs - inBoth,
    joinedByThem: inTheirs - inBoth,
  }
}

/** A group of mails that the two cut differently: every mail that is tied to the others by either. */
export interface Difference {
  mails: string[]
  ours: string[][]
  theirs: string[][]
}

const groups = (mails: readonly string[], of: Partition): string[][] =>
  [...Map.groupBy(mails, (n) => of.get(n) ?? '').values()].sort((a, b) => b.length - a.length)

/** The differences, each as small as it can be: connected by threads of either partition. */
export const differences = (ours: Partition, theirs: Partition): Difference[] => {
  const mails = [...ours.keys()].filter((n) => theirs.has(n))
  const byOurs = Map.groupBy(mails, (n) => ours.get(n) ?? '')
  const byTheirs = Map.groupBy(mails, (n) => theirs.get(n) ?? '')
  const seen = new Set<string>()
  const found: Difference[] = []
  for (const start of mails) {
    if (seen.has(start)) continue
    seen.add(start)
    const tied = [start]
    for (const n of tied)
      for (const m of [...(byOurs.get(ours.get(n) ?? '') ?? []), ...(byTheirs.get(theirs.get(n) ?? '') ?? [])])
        if (!seen.has(m)) {
          seen.add(m)
          tied.push(m)
        }
    const difference = { mails: tied.sort(), ours: groups(tied, ours), theirs: groups(tied, theirs) }
    if (difference.ours.length !== 1 || difference.theirs.length !== 1) found.push(difference)
  }
  return found
}
