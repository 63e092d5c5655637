/**
 * Agreement with what independent programs made of real mail: pairwise F1 and adjusted Rand index, and why they differ.
 *   npm run bench -- agreement [--corpus lore-10k] [--rules skein] [--program notmuch] [--examples 3] [--details] [--json]
 * `--details` lists every difference with the number, Message-ID and subject of each mail, as it is threaded here and there.
 */
import { parseArgs } from 'node:util'
import { readFacts } from '@skein/mail'
import { threadAll, type IncomingMail } from '@skein/threading'
import { corporaFolder, corpusMails, partition } from './corpora.ts'
import { causeOf, headerOf, type JudgedMail } from './difference-causes.ts'
import { detailed, detailLines, type DetailedDifference } from './difference-details.ts'
import { agreement, differences, type Agreement, type Partition } from './partition-agreement.ts'

const { values } = parseArgs({
  options: {
    corpus: { type: 'string', multiple: true, default: ['lore-10k', 'rhelp-2005', 'spamassassin-ham'] },
    rules: { type: 'string', multiple: true },
    program: { type: 'string', multiple: true },
    examples: { type: 'string', default: '0' },
    details: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})

/** Rule set, program, and the least F1 by corpus; `isUnrepeated`: over the mails whose id no other has. */
const PAIRS: { rules: string; program: string; least?: Record<string, number>; isUnrepeated?: true }[] = [
  { rules: 'references', program: 'notmuch', least: { 'lore-10k': 0.9999, 'rhelp-2005': 0.999 } },
  { rules: 'references', program: 'mu' },
  { rules: 'references', program: 'public-inbox' },
  { rules: 'refs', program: 'dovecot-refs', least: { 'lore-10k': 0.9999, 'rhelp-2005': 0.996 }, isUnrepeated: true },
  { rules: 'rfc5256', program: 'dovecot-references', least: { 'lore-10k': 0.99, 'rhelp-2005': 0.99 } },
  { rules: 'jmap', program: 'cyrus-nosplit', least: { 'rhelp-2005': 0.99 } },
  { rules: 'jmap', program: 'cyrus', least: { 'lore-10k': 0.97, 'rhelp-2005': 0.99 } },
  { rules: 'skein', program: 'notmuch' },
]

const isAsked = ({ rules, program }: (typeof PAIRS)[number]): boolean =>
  (values.rules?.includes(rules) ?? true) && (values.program?.includes(program) ?? true)

type Mail = JudgedMail & { mail: IncomingMail }

const read = (folder: string, corpus: string): Mail[] =>
  corpusMails(folder, corpus).map(({ n, raw }, i) => {
    const facts = readFacts(raw)
    const mail = {
      message: `msg_${n.replace(/[^a-z0-9]/g, 'x').slice(0, 60)}`,
      facts,
      inbox: 'inb_bench',
      role: 'to',
      direction: 'in',
      receivedAt: '2030-01-01T00:00:00.000Z',
      order: i,
      snippet: '',
      attachments: 0,
      size: raw.length,
      input: { stream: 'MAIL-0', sequence: i + 1 },
    } as IncomingMail
    return { n, facts, header: headerOf(raw), mail }
  })

/** The threads by file, and for programs that know only Message-IDs by these. */
const threadsOf = (mails: readonly Mail[], rules: string): Partition => {
  const names = new Map(mails.map(({ n, mail }) => [mail.message as string, n]))
  const byId = new Map<string, string>()
  const byName = new Map<string, string>()
  for (const { message, messageId, thread } of threadAll(
    mails.map(({ mail }) => mail),
    rules,
  )) {
    byName.set(names.get(message) ?? message, thread)
    if (!byId.has(messageId)) byId.set(messageId, thread)
  }
  return new Map([...byId, ...byName])
}

/** The same order for the same seed (a linear congruential generator). */
const shuffled = <T>(items: readonly T[], seed: number): T[] => {
  const all = [...items]
  let state = seed
  for (let i = all.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    const j = state % (i + 1)
    ;[all[i], all[j]] = [all[j] as T, all[i] as T]
  }
  return all
}

interface Row extends Agreement {
  corpus: string
  rules: string
  program: string
  least: number | null
  causes: Record<string, number>
  examples: { cause: string; ours: string[][]; theirs: string[][] }[]
  details?: DetailedDifference[]
}

const compare = (
  mails: readonly Mail[],
  corpus: string,
  pair: (typeof PAIRS)[number],
  ours: Partition,
  theirs: Partition,
): Row => {
  const counts = new Map<string, number>()
  for (const { facts } of mails) counts.set(facts.messageId, (counts.get(facts.messageId) ?? 0) + 1)
  const repeated = new Set([...counts].filter(([, n]) => n > 1).map(([id]) => id))
  const byName = new Map(mails.flatMap((mail) => [[mail.n, mail] as const, [mail.facts.messageId, mail] as const]))
  const counted = pair.isUnrepeated
    ? new Map([...ours].filter(([n]) => !repeated.has(byName.get(n)?.facts.messageId ?? '')))
    : ours
  const people = new Set(
    mails.flatMap(({ facts }) => [...facts.from, ...facts.to, ...facts.cc].map(({ address }) => address.toLowerCase())),
  )
  const found = differences(counted, theirs).map((difference) => {
    const own = difference.mails.flatMap((n) => byName.get(n) ?? [])
    return { ...difference, cause: causeOf({ ...pair, mails: own, difference, repeated, people }) }
  })
  const causes = Object.fromEntries(
    [...Map.groupBy(found, ({ cause }) => cause)].map(([cause, all]) => [cause, all.length]),
  )
  const examples = found
    .slice(0, Number(values.examples))
    .map(({ cause, ours: us, theirs: them }) => ({ cause, ours: us, theirs: them }))
  return {
    corpus,
    rules: pair.rules,
    program: pair.program,
    ...agreement(counted, theirs),
    least: pair.least?.[corpus] ?? null,
    causes,
    examples,
    ...(values.details ? { details: found.map((difference) => detailed(difference, byName)) } : {}),
  }
}

const say = ({
  corpus,
  rules,
  program,
  mails,
  f1,
  ari,
  joinedByUs,
  joinedByThem,
  least,
  causes,
  examples,
  details = [],
}: Row): void => {
  const target = least === null ? '' : f1 >= least ? `  (at least ${least}: yes)` : `  (at least ${least}: NO)`
  console.log(
    `${corpus.padEnd(17)} ${rules.padEnd(11)} ${program.padEnd(19)} ${mails} mails  F1 ${f1.toFixed(5)}  ARI ${ari.toFixed(5)}${target}`,
  )
  if (joinedByUs + joinedByThem > 0) console.log(`    pairs only here ${joinedByUs}, only there ${joinedByThem}`)
  for (const [cause, n] of Object.entries(causes).sort(([, a], [, b]) => b - a)) console.log(`    ${n} × ${cause}`)
  for (const { cause, ours, theirs } of examples)
    console.log(`      ${cause}: here ${JSON.stringify(ours)}, there ${JSON.stringify(theirs)}`)
  for (const difference of details) for (const line of detailLines(difference)) console.log(line)
}

const folder = corporaFolder()
if (folder === null) {
  console.error('There are no corpora: set SKEIN_CORPORA to their folder.')
  process.exit(2)
}
const rows: Row[] = []
const orders: { corpus: string; seed: number; f1: number; differences: number }[] = []
for (const corpus of values.corpus) {
  const mails = read(folder, corpus)
  const made = new Map<string, Partition>()
  for (const pair of PAIRS.filter(isAsked)) {
    const theirs = partition(folder, corpus, pair.program)
    if (theirs === null) continue
    const ours = made.get(pair.rules) ?? threadsOf(mails, pair.rules)
    made.set(pair.rules, ours)
    rows.push(compare(mails, corpus, pair, ours, theirs))
    if (!values.json) say(rows.at(-1) as Row)
  }
  const given = made.get('skein') ?? threadsOf(mails, 'skein')
  for (const seed of [1, 2, 3]) {
    const other = threadsOf(shuffled(mails, seed), 'skein')
    const names = new Map(mails.map(({ n }) => [n, given.get(n) ?? '']))
    const order = { corpus, seed, f1: agreement(names, other).f1, differences: differences(names, other).length }
    orders.push(order)
    if (!values.json)
      console.log(
        `${corpus.padEnd(17)} skein       shuffled (seed ${seed})    the same partition: ${order.differences === 0 ? 'yes' : `NO, ${order.differences} differences`}`,
      )
  }
}
if (values.json) console.log(JSON.stringify({ bench: 'agreement', rows, orders }))
const missed =
  rows.filter(({ f1, least }) => least !== null && f1 < least).length +
  orders.filter((order) => order.differences > 0).length
process.exitCode = missed === 0 ? 0 : 1
