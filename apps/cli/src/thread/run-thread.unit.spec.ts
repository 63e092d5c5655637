import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NoMailThere } from '../mail-files.js'
import { NoSuchMail, runExplain } from './run-explain.js'
import { runThread, type ThreadLine } from './run-thread.js'
import { printed } from '../../test/printed.js'

const mail = (id: string, subject: string, date: string, more: string[] = []): string =>
  [
    `From: Ann <ann@a.test>`,
    'To: us@b.test',
    `Date: ${date}`,
    `Subject: ${subject}`,
    `Message-ID: <${id}>`,
    ...more,
    '',
    'Text',
    '',
  ].join('\n')

const question = mail('question@a.test', 'Dinner \x1b[31m', 'Mon, 2 Mar 2026 12:00:00 +0000')
const answer = mail('answer1@a.test', 'Re: Dinner', 'Mon, 2 Mar 2026 13:00:00 +0000', [
  'In-Reply-To: <question@a.test>',
])
const other = mail('other11@a.test', 'Lunch', 'Mon, 2 Mar 2026 11:00:00 +0000', ['In-Reply-To: <never11@a.test>'])

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skein-thread-'))
  await writeFile(join(folder, '1.eml'), answer)
  await writeFile(
    join(folder, '2.mbox'),
    `From ann Mon Mar  2 12:00:00 2026\n${question}\nFrom ann Mon Mar  2 12:00:00 2026\n${other}`,
  )
  await mkdir(join(folder, 'maildir', 'cur'), { recursive: true })
  await mkdir(join(folder, 'maildir', 'new'))
  await writeFile(join(folder, 'maildir', 'cur', '1000.a:2,S'), answer)
  await writeFile(join(folder, 'maildir', 'new', '999.b'), 'not a mail')
})
afterAll(() => rm(folder, { recursive: true }))

const threaded = async (rules = 'skein', tree = false): Promise<{ output: string; complaints: string[] }> => {
  const complaints: string[] = []
  const output = await printed((out) =>
    runThread({
      paths: [folder],
      rules,
      policies: {},
      tree,
      out,
      complain: (file, reason) => complaints.push(`${file} ${reason}`),
    }),
  )
  return { output, complaints }
}
const linesOf = (output: string): ThreadLine[] =>
  output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ThreadLine)

describe('skein thread', () => {
  it.each(['skein', 'references', 'jmap', 'openmail', 'rfc5256', 'refs'])(
    '%s: prints a line for every mail, in the order of the files',
    async (rules) => {
      const lines = linesOf((await threaded(rules)).output)
      expect(lines.map(({ file, messageId }) => [file.slice(folder.length + 1), messageId])).toEqual([
        ['1.eml', 'answer1@a.test'],
        ['2.mbox#1', 'question@a.test'],
        ['2.mbox#2', 'other11@a.test'],
        ['maildir/cur/1000.a:2,S', 'answer1@a.test'],
      ])
    },
  )

  it('says where each mail is, what it answers, and why', async () => {
    const [first, second, third, again] = linesOf((await threaded()).output)
    expect(first).toMatchObject({ parentId: 'question@a.test', rule: 'start' })
    expect(second).toMatchObject({
      threadId: first?.threadId,
      parentId: null,
      rule: 'link',
      evidence: [{ fact: 'message-id', value: 'question@a.test', messageId: 'answer1@a.test' }],
    })
    expect(third).toMatchObject({ parentId: 'never11@a.test', rule: 'start' })
    expect(again).toMatchObject({ threadId: first?.threadId, rule: 'duplicate' })
  })

  it('passes over what is no mail, and says so', async () => {
    expect((await threaded()).complaints).toEqual([expect.stringContaining('999.b is no mail') as string])
  })

  it('draws the threads, without whatever steers a terminal', async () => {
    expect((await threaded('skein', true)).output).toBe(
      [
        '2026-03-02 12:00  Ann: Dinner [31m',
        '  2026-03-02 13:00  Ann: Re: Dinner',
        '',
        '[never11@a.test]',
        '  2026-03-02 11:00  Ann: Lunch',
        '',
      ].join('\n'),
    )
  })

  it('refuses a path where there is no mail', async () => {
    const run = printed((out) =>
      runThread({ paths: ['/nowhere'], rules: 'skein', policies: {}, tree: false, out, complain: () => undefined }),
    )
    await expect(run).rejects.toThrow(NoMailThere)
  })
})

describe('skein explain', () => {
  const explained = (id: string, json = false) =>
    printed((out) =>
      runExplain({ paths: [folder], id, rules: 'skein', policies: {}, json, out, complain: () => undefined }),
    )

  it('says why a mail is in its thread', async () => {
    expect(await explained('<question@a.test>')).toContain(
      '<answer1@a.test> came before and names this mail by question@a.test',
    )
  })

  it('says so as JSON too', async () => {
    expect(JSON.parse(await explained('answer1@a.test', true))).toMatchObject({
      messageId: 'answer1@a.test',
      rule: 'start',
      confidence: 'certain',
    })
  })

  it('refuses an id that no mail has', async () => {
    await expect(explained('nobody@a.test')).rejects.toThrow(NoSuchMail)
  })
})
