/**
 * Decisions on mail whose headers are scanned already, with the index in memory: how many in a second, whether that stays so up
 * to a million mails in one space and for one thread of 100,000, and what hostile mail costs. Then `skein thread` as a process of
 * its own on the largest archive: files read, threaded and printed.
 *   npm run bench -- decide [--mails 1000000] [--json]
 */
import { parseArgs } from 'node:util'
import { readFacts, type MailFacts } from '@skein/mail'
import { decide, MemoryLinkIndex, ruleSet, type IncomingMail } from '@skein/threading'
import { machine } from './bench-system.ts'
import { corporaFolder, corpusMails } from './corpora.ts'
import { benchThreadCommand } from './thread-command.ts'

const { values } = parseArgs({
  options: { mails: { type: 'string', default: '1000000' }, json: { type: 'boolean', default: false } },
})
const MAILS = Number(values.mails)
const CHUNK = 20_000
const rules = ruleSet('skein')
const PLAIN = readFacts(
  Buffer.from(
    'From: a@x.test\r\nTo: us@x.test\r\nSubject: Q\r\nDate: Mon, 2 Mar 2026 12:00:00 +0000\r\nMessage-ID: <plain-0@x.test>\r\n\r\nText\r\n',
  ),
)

const id = (n: number): string => `${(n * 2_654_435_761) % 4_294_967_296}.${n}@mail${n % 50}.example`

const mailOf = (facts: MailFacts, n: number): IncomingMail =>
  ({
    message: `msg_${n.toString(36)}`,
    facts,
    inbox: 'inb_bench',
    role: 'to',
    direction: 'in',
    receivedAt: '2030-01-01T00:00:00.000Z',
    order: n,
    snippet: '',
    attachments: 0,
    size: 1000,
    input: { stream: 'MAIL-0', sequence: n + 1 },
  }) as IncomingMail

const answer = (n: number, references: number[], subject: string): IncomingMail => {
  const ids = references.map(id)
  const sender = { name: '', address: `person${n % 1000}@firm${n % 97}.example` }
  const facts: MailFacts = {
    ...PLAIN,
    messageId: id(n),
    inReplyTo: ids.slice(-1),
    references: ids,
    subject: ids.length > 0 ? `Re: ${subject}` : subject,
    baseSubject: subject.toLowerCase().replaceAll(' ', ''),
    subjectKind: ids.length > 0 ? 'reply' : 'plain',
    from: [sender],
    digest: String(n),
    date: new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString(),
  }
  return mailOf(facts, n)
}

/** Threads of 1 to 20 mails that run side by side; each mail names up to ten before it, and every fifth comes before its parent. */
const manyThreads = (n: number): IncomingMail => {
  const width = 5000
  const thread = n % width
  const place = Math.floor(n / width) % (1 + (thread % 20))
  const shifted = place > 0 && n % 5 === 0 ? 1 : 0
  const references = Array.from(
    { length: Math.min(place, 10) },
    (_, i) => n - width * (Math.min(place, 10) - i) + shifted * 0,
  )
  return answer(n, references, `Topic ${thread} of ${Math.floor(n / width / 20)}`)
}

/** One conversation without end: each mail answers the one before it and names the first and the last nineteen. */
const oneThread = (n: number): IncomingMail => {
  const last = Array.from({ length: Math.min(n, 19) }, (_, i) => n - Math.min(n, 19) + i)
  return answer(n, n > 19 ? [0, ...last] : last, 'The endless thread')
}

const mebibytes = (): number => Math.round(process.memoryUsage().heapUsed / 1024 / 1024)

/** Rates over each tenth of the mails, with the making of the mails left out. */
const run = (mails: number, make: (n: number) => IncomingMail) => {
  const index = new MemoryLinkIndex()
  const rates: number[] = []
  let spent = 0
  let cpu = 0
  let inTenth = 0
  const tenth = Math.ceil(mails / 10)
  for (let start = 0, counted = 0; start < mails; start += CHUNK) {
    const chunk = Array.from({ length: Math.min(CHUNK, mails - start) }, (_, i) => make(start + i))
    const [began, used] = [performance.now(), process.cpuUsage()]
    for (const mail of chunk) for (const event of decide(mail, index, rules)) index.apply(event)
    const [ms, { user, system }] = [performance.now() - began, process.cpuUsage(used)]
    cpu += (user + system) / 1000
    spent += ms
    inTenth += ms
    counted += chunk.length
    if (counted < tenth && start + CHUNK < mails) continue
    rates.push(Math.round((counted / inTenth) * 1000))
    counted = 0
    inTenth = 0
  }
  return {
    mails,
    perSecond: Math.round((mails / spent) * 1000),
    perCpuSecond: Math.round((mails / cpu) * 1000),
    rates,
    heapMiB: mebibytes(),
  }
}

const timed = (mails: Iterable<IncomingMail>): number => {
  const index = new MemoryLinkIndex()
  const all = [...mails]
  const began = performance.now()
  for (const mail of all) for (const event of decide(mail, index, rules)) index.apply(event)
  return Math.round(performance.now() - began)
}

const list = (n: number, make: (i: number) => IncomingMail): IncomingMail[] =>
  Array.from({ length: n }, (_, i) => make(i))
const named = (n: number, ids: string[], subject: string): IncomingMail => {
  const mail = answer(n, [], subject)
  return { ...mail, facts: { ...mail.facts, inReplyTo: ids.slice(-1), references: ids, subjectKind: 'reply' } }
}

const hostile = () => ({
  '10,000 mails on one anchor, each another subject': timed(
    list(10_000, (n) => named(n, ['anchor-1@x.test'], `Subject ${n}`)),
  ),
  '10,000 mails on one anchor, then its mail': timed([
    ...list(10_000, (n) => named(n + 1, [id(0)], `Subject ${n}`)),
    answer(0, [], 'Cover'),
  ]),
  'a chain of 10,000, the last mail first': timed(
    list(10_000, (n) => answer(10_000 - n, n === 10_000 ? [] : [9_999 - n], 'Chain')),
  ),
  'a chain of 10,000, every second mail first': timed(
    list(10_000, (i) => {
      const n = i < 5000 ? i * 2 : (i - 5000) * 2 + 1
      return answer(n, n === 0 ? [] : [n - 1], 'Chain')
    }),
  ),
  'loops of 10,000 mails': timed(list(10_000, (n) => answer(n, [(n + 1) % 10_000], 'Loop'))),
  '10,000 mails under one id, each another subject': timed(
    list(10_000, (n) => {
      const mail = answer(n, [], `Subject ${n}`)
      return { ...mail, facts: { ...mail.facts, messageId: 'reused-1@x.test' } }
    }),
  ),
  '1,000 mails that name 1,000 ids each': timed(
    list(1000, (n) =>
      named(
        n,
        Array.from({ length: 1000 }, (_, i) => `${i}.${n % 7}.many@x.test`),
        'Many',
      ),
    ),
  ),
})

const real = (): Record<string, number> => {
  const folder = corporaFolder()
  if (folder === null) return {}
  return Object.fromEntries(
    ['lore-10k', 'rhelp-2005'].map((corpus) => {
      const mails = corpusMails(folder, corpus).map(({ raw }, n) => mailOf(readFacts(raw), n))
      return [corpus, Math.round((mails.length / timed(mails)) * 1000)]
    }),
  )
}

const command = await benchThreadCommand()
timed(list(20_000, manyThreads))
const corpora = real()
const attacks = hostile()
const one = run(100_000, oneThread)
const many = run(MAILS, manyThreads)
const result = {
  bench: 'decide',
  machine: machine(),
  corpora,
  manyThreads: many,
  oneThread: one,
  hostileMs: attacks,
  threadCommand: command,
}
if (values.json) console.log(JSON.stringify(result))
else {
  console.log(`decisions on scanned headers, rules skein; ${result.machine}`)
  for (const [corpus, rate] of Object.entries(corpora)) console.log(`${corpus.padEnd(34)} ${rate}/s`)
  const say = (name: string, { mails, perSecond, perCpuSecond, rates, heapMiB }: typeof many): void => {
    console.log(
      `${name.padEnd(34)} ${mails} mails  ${perSecond}/s (${perCpuSecond} in a second of CPU)  by tenths ${rates.join(' ')}  heap ${heapMiB} MiB`,
    )
  }
  say('one thread', one)
  say('many threads in one space', many)
  for (const [name, ms] of Object.entries(attacks)) console.log(`${name.padEnd(50)} ${ms} ms`)
  console.log(
    command === null
      ? 'skein thread: not run, there are no corpora (SKEIN_CORPORA)'
      : `skein thread ${command.corpus}, files and all: ${command.mails} mails in ${command.seconds} s  ${command.mailsPerSecond}/s  peak ${command.peakMiB} MiB`,
  )
}
