import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runDiagnose } from './run-diagnose.js'
import { NoSuchMail } from './run-explain.js'
import { runSimulate } from './run-simulate.js'
import { printed } from '../../test/printed.js'

const mails = [
  'From: alice@a.test\nTo: bob@b.test\nSubject: Dinner\nMessage-ID: <First.Mail@a.test>\n\nAt eight?\n',
  'From: bob@b.test\nTo: alice@a.test\nSubject: Re: Dinner \x1b[31m\nMessage-ID: <second@b.test>\nIn-Reply-To: <first.mail@a.test>\n\nYes.\n',
]

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skein-simulate-'))
  for (const [i, mail] of mails.entries()) await writeFile(join(folder, `${i + 1}.eml`), mail)
})
afterAll(() => rm(folder, { recursive: true }))

const complain = (file: string): never => expect.fail(`${file} should have been read`)
const files = (out: PassThrough) => ({ paths: [folder], out, complain })

describe('skein simulate', () => {
  it('prints one JSON line a mail and client, in the order of the files', async () => {
    const lines = await printed((out) => runSimulate({ ...files(out), clients: ['gmail', 'thunderbird'], json: true }))
    const parsed = lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(parsed).toMatchObject([
      { client: 'gmail', messageId: 'First.Mail@a.test', conversation: 1, tiedTo: null, sureness: 'vendor text' },
      { client: 'gmail', messageId: 'second@b.test', conversation: 2, rule: 'start' },
      { client: 'thunderbird', conversation: 1, sureness: 'code' },
      { client: 'thunderbird', conversation: 2, rule: 'unknown-references' },
    ])
  })

  it('says why for one client, and nothing of a mail steers the terminal', async () => {
    const table = await printed((out) => runSimulate({ ...files(out), clients: ['apple'], json: false }))
    expect(table).toContain('Apple Mail: 2 mails in 2 conversations, rules by: thin')
    expect(table).toContain('It names only mails that nobody here has or names.')
    expect(table).not.toContain('\x1b')
  })
})

describe('skein diagnose', () => {
  it('prints the five checks of the mail with that id, and the header that mends it in full', async () => {
    const report = await printed((out) => runDiagnose({ ...files(out), id: '<second@b.test>', json: false }))
    expect(report).toContain('→ Send In-Reply-To: <First.Mail@a.test>, copied to the letter.')
    expect(report).not.toContain('1.eml')
  })

  it('prints one JSON line a mail', async () => {
    const lines = await printed((out) => runDiagnose({ ...files(out), id: null, json: true }))
    expect(
      lines
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { checks: unknown[] }).checks.length),
    ).toEqual([5, 5])
  })

  it('says which id no mail has', async () => {
    const asked = printed((out) => runDiagnose({ ...files(out), id: '<third@c.test>', json: false }))
    await expect(asked).rejects.toThrow(NoSuchMail)
  })
})
