import type { Decided } from '@skein/events'
import { describe, expect, it } from 'vitest'
import { explain } from './explain.js'
import { ruleSet } from './rule-set.js'
import { GivenSpace, type GivenMail } from './spec/given.js'

const names = { message: (message: string) => `[${message}]`, thread: (thread: string) => `(${thread})` }
const wordsOf = (...mails: GivenMail[]): string => {
  const space = new GivenSpace(ruleSet('skein'))
  let last: Decided[] = []
  for (const mail of mails) last = space.receive(mail)
  return explain(last, names).words.join('\n')
}
const root: GivenMail = { id: 'root01@x.test', subject: 'Printer' }
const reply: GivenMail = { id: 'reply1@x.test', inReplyTo: '<root01@x.test>', subject: 'Re: Printer' }

describe('explanations', () => {
  it.each<[string, GivenMail[], string]>([
    ['a start', [root], 'it starts a thread'],
    ['a reply', [root, reply], 'In-Reply-To says root01@x.test'],
    ['a reply to a mail that never came', [reply, { ...reply, id: 'second@x.test' }], 'nobody has received it'],
    ['a late parent', [reply, root], 'came before and names this mail'],
    ['a changed subject', [root, { ...reply, subject: 'Order' }], 'It answers under another subject: “Order”'],
    [
      'a recycled mail',
      [root, { id: 'recycl@x.test', references: ['<root01@x.test>'], subject: 'Order' }],
      'The thread that it comes from is (thr_',
    ],
    ['a suggestion', [root, { id: 'guess1@x.test', subject: 'Re: Printer' }], 'only a suggestion'],
    ['a copy', [root, { ...root, name: 'copy', body: 'Text and footer' }], 'It is another copy'],
    [
      'a merge',
      [root, { id: 'other1@x.test', subject: 'Other' }, { ...reply, references: ['<other1@x.test>'] }],
      'are one conversation',
    ],
    ['a collision', [root, { ...root, name: 'other', subject: 'Other', from: 'b@b.test' }], 'has the same Message-ID'],
    [
      'a stranger',
      [root, { ...reply, from: 'e@e.test', lines: ['Authentication-Results: mx; dmarc=fail'] }],
      'kept apart until somebody looks',
    ],
  ])('say of %s what happened', (_, mails, words) => {
    expect(wordsOf(...mails)).toContain(words)
  })
})
