import { readFacts, type MailFacts } from '@skein/mail'
import { simpleParser } from 'mailparser'
import { beforeAll, describe, expect, it } from 'vitest'
import { readExpected, readSamples, type ExpectedMail } from './samples.js'

const samples = readSamples()
const threads = readExpected()
const mails = threads.flatMap((thread) => thread.mails)
const facts = new Map<string, MailFacts>(samples.map(({ file, raw }) => [file, readFacts(raw)]))
const factsOf = (file: string): MailFacts => {
  const found = facts.get(file)
  if (!found) throw new Error(`${file} is no sample`)
  return found
}
const latin1 = (raw: Uint8Array): string => Buffer.from(raw).toString('latin1')
const headerOf = (raw: Uint8Array): string => latin1(raw).split('\r\n\r\n', 1)[0] ?? ''
const squeezed = (text: string): string => text.replace(/\s+/g, ' ').trim()

describe('the files', () => {
  it('are at least 64 mails in 20 to 26 threads for three inboxes', () => {
    expect(mails.length).toBeGreaterThanOrEqual(64)
    expect(threads.length).toBeGreaterThanOrEqual(20)
    expect(threads.length).toBeLessThanOrEqual(26)
    expect([...new Set(samples.map(({ inbox }) => inbox))].sort()).toEqual(['sales', 'support', 'team'])
  })

  it('are each in one thread of expected.json', () => {
    expect(mails.map(({ file }) => file).sort()).toEqual(samples.map(({ file }) => file).sort())
  })

  it('are numbered from 1 in the order in which our server took them in', () => {
    expect(samples.map(({ file }) => Number(file.split('/')[1]?.slice(0, 3)))).toEqual(samples.map((_, n) => n + 1))
    const times = samples.map(({ raw }) =>
      Date.parse(/^Received: [^;]*(?:\(\w+\))?[^;]*;([^(]+)\(/m.exec(headerOf(raw))?.[1] ?? ''),
    )
    expect(times).not.toContain(NaN)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  })

  it('end each line with CR and LF, and no line is over 998 octets (RFC 5322 §2.1.1)', () => {
    for (const { file, raw } of samples) {
      const text = latin1(raw)
      expect(text.endsWith('\r\n'), file).toBe(true)
      expect(text.replaceAll('\r\n', ''), file).not.toMatch(/[\r\n]/)
      expect(Math.max(...text.split('\r\n').map((line) => line.length)), file).toBeLessThanOrEqual(998)
    }
  })

  it('are small', () => {
    const sizes = samples.map(({ raw }) => raw.length)
    expect(sizes.filter((size) => size < 4096).length).toBeGreaterThan(samples.length / 2)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(400_000)
  })

  it('name nobody who could exist: all addresses are under .example and .test', () => {
    for (const { from, to, cc, replyTo } of facts.values())
      for (const { address } of [...from, ...to, ...cc, ...replyTo])
        expect(address).toMatch(/@[a-z0-9.-]+\.(example|test)$/)
  })
})

describe('the parents', () => {
  const idOf = (file: string) => factsOf(file).messageId

  it('are another mail of the same thread, or a ghost that the mail names', () => {
    const ids = new Set([...facts.values()].flatMap(({ messageId, aliases }) => [messageId, ...aliases]))
    for (const thread of threads) {
      const files = thread.mails.map(({ file }) => file)
      for (const { file, parent } of thread.mails) {
        if (parent === null) continue
        if ('file' in parent)
          expect(
            files.filter((other) => other !== file),
            file,
          ).toContain(parent.file)
        else {
          expect([...ids], file).not.toContain(parent.ghost)
          expect([...factsOf(file).inReplyTo, ...factsOf(file).references], file).toContain(parent.ghost)
        }
      }
    }
  })

  it('are named by the mail itself, but for those found by a weaker key', () => {
    const others = mails.filter(({ file, parent }) => {
      if (parent === null) return false
      const id = 'file' in parent ? idOf(parent.file) : parent.ghost
      return ![...factsOf(file).inReplyTo, ...factsOf(file).references].includes(id)
    })
    expect(others.map(({ file }) => file.replace(/^.*?-|\.eml$/g, '')).sort()).toEqual([
      'dye-day-accepted',
      'gelesen',
      'musterkarten-delayed',
      'musterkarten-undelivered',
      'order-by-phone-gateway',
    ])
  })

  it('leave one root or one ghost root to a thread', () => {
    for (const { key, mails: own, relation } of threads) {
      const roots = own.filter(({ parent, copyOf }) => parent === null && copyOf === undefined)
      const ghosts = own.filter(({ parent }) => parent !== null && 'ghost' in parent)
      // The merged thread keeps the two beginnings that it had.
      expect(roots.length, key).toBe(key === 'wheel-and-workshop' ? 2 : ghosts.length > 0 && roots.length === 0 ? 0 : 1)
      if (relation) expect(threads.map((thread) => thread.key)).toContain(relation.thread)
    }
  })

  it('are the same for a copy, which has the id of the first and bytes of its own', () => {
    const copies = mails.flatMap((mail) => (mail.copyOf === undefined ? [] : [{ ...mail, copyOf: mail.copyOf }]))
    expect(copies.length).toBeGreaterThanOrEqual(5)
    for (const { file, copyOf, parent } of copies) {
      expect(idOf(file)).toBe(idOf(copyOf))
      expect(parent).toEqual(mails.find((mail) => mail.file === copyOf)?.parent)
      const [one, other] = [file, copyOf].map((path) => samples.find((sample) => sample.file === path)?.raw)
      expect(one).not.toEqual(other)
    }
  })
})

describe('the texts', () => {
  const bodies = new Map<string, Awaited<ReturnType<typeof simpleParser>>>()
  beforeAll(async () => {
    for (const { file, raw } of samples) bodies.set(file, await simpleParser(Buffer.from(raw)))
  })

  it('come in many character sets and transfer encodings', () => {
    const all = samples
      .map(({ raw }) => latin1(raw))
      .join('\n')
      .toLowerCase()
    for (const charset of [
      'iso-8859-1',
      'iso-8859-2',
      'windows-1252',
      'windows-1251',
      'koi8-r',
      'iso-2022-jp',
      'gb18030',
    ])
      expect(all).toMatch(new RegExp(`charset="?${charset}`))
    for (const encoding of ['7bit', '8bit', 'quoted-printable', 'base64'])
      expect(all).toContain(`content-transfer-encoding: ${encoding}`)
  })

  it.each(mails.map(({ file, subject }) => [file, subject] as const))('%s has the subject %s', (file, subject) => {
    expect(factsOf(file).subject).toBe(subject)
  })

  const speaking = mails.filter((mail): mail is ExpectedMail & { says: string } => mail.says !== undefined)
  it.each(speaking.map(({ file, says }) => [file, says] as const))('%s says "%s"', (file, says) => {
    const body = bodies.get(file)
    // Of mail that is HTML alone and has attachments, mailparser makes no text.
    expect(squeezed(body?.text || String(body?.html))).toContain(says)
    expect(body?.text ?? '').not.toContain('\ufffd')
  })

  it('keep the names of what is attached, in any script', () => {
    for (const { file, attachments } of mails) {
      const names = bodies.get(file)?.attachments.flatMap(({ filename }) => filename ?? [])
      expect(names, file).toEqual(attachments ?? [])
    }
  })
})

describe('the conversation indices of Outlook', () => {
  const lengthOf = (file: string) => Buffer.from(factsOf(file).threadIndex ?? '', 'base64').length

  it('are well-formed: 22 octets and 5 for each answer (MS-OXOMSG 2.2.1.3)', () => {
    const written = samples.filter(({ raw }) => /^thread-index:/im.test(headerOf(raw)))
    expect(written.length).toBeGreaterThanOrEqual(15)
    for (const { file } of written) {
      expect(lengthOf(file), file).toBeGreaterThanOrEqual(22)
      expect((lengthOf(file) - 22) % 5, file).toBe(0)
    }
  })

  it('grow by one block with each answer from Outlook to Outlook', () => {
    const prices = threads.find(({ key }) => key === 'wholesale-prices')?.mails.filter(({ copyOf }) => !copyOf) ?? []
    expect(prices.map(({ file }) => lengthOf(file))).toEqual([22, 27, 32, 37, 42])
    prices.slice(1).forEach(({ file }, n) => {
      const [own, before] = [file, prices[n]?.file ?? ''].map((path) =>
        Buffer.from(factsOf(path).threadIndex ?? '', 'base64'),
      )
      expect(own?.subarray(0, before?.length)).toEqual(before)
    })
  })
})
