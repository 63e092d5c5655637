import { describe, expect, it } from 'vitest'
import type { ImportProgress } from './import-mail.js'
import { progressLine, resultText } from './import-words.js'

const progress: ImportProgress = {
  stored: 1_500,
  before: 0,
  refused: 0,
  rate: 750.4,
  bytes: 3_000_000,
  bytesBefore: 0,
  totalBytes: 12_000_000,
  eta: 93,
  threads: 412,
  seconds: 2,
}

describe('the words of an import', () => {
  it('tells messages, rate, time left and threads on one line', () => {
    expect(progressLine(progress)).toBe(
      '█████░░░░░░░░░░░░░░░  25 % · 1,500 messages · 750/s · 1 min 33 s left · 412 threads',
    )
  })
  it('tells what an earlier run stored and what was refused, and leaves out what is not known', () => {
    const line = progressLine({ ...progress, before: 20, bytesBefore: 3_000_000, refused: 3, eta: null, threads: null })
    expect(line).toBe('██████████░░░░░░░░░░  50 % · 1,500 messages · 20 from before · 3 problems · 750/s')
  })
  it('lists every mail that was not stored, with the reason', () => {
    const problems = [{ file: 'a.mbox#7', reason: '413 The mail is too large' }]
    expect(resultText({ ...progress, problems, lastSequence: null, stopped: null })).toBe(
      [
        '1,500 messages stored in 2.0 s (750/s); 412 threads',
        '1 not stored:',
        '  a.mbox#7: 413 The mail is too large',
      ].join('\n'),
    )
  })
})
