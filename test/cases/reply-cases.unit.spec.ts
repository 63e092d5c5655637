import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  displaySubject,
  idsHeader,
  parseAddresses,
  replyInReplyTo,
  replyRecipients,
  replyReferences,
  replySubject,
  replyThreadIndex,
  type MailFacts,
} from '@skein/mail'
import { describe, expect, it } from 'vitest'
import { caseMail, realId, type Case } from './case-mails.js'

const folder = process.env['SKEIN_CASES'] ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'cases')
const file = join(folder, 'threading.json')
const cases = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Case[]) : []

const caseOf = (id: string): Case => {
  const found = cases.find((given) => given.id === id)
  if (!found) throw new Error(`there is no case ${id} in ${file}`)
  return found
}

const factsOf = ({ messages }: Case, key: string): MailFacts => {
  const message = messages.find((one) => one.key === key)
  if (!message) throw new Error(`the case has no mail ${key}`)
  return caseMail(message).facts
}

/** The field as the case expects it: up to the next `;`, the end of its sentence or the reason that follows. */
const expectedField = ({ expect: text }: Case, name: string): string => {
  const value = new RegExp(`(?:^|; )${name}: (.*?)(?=;| so that |\\.(?: |$)|$)`).exec(text)?.[1]
  if (value === undefined) throw new Error(`the case does not say what ${name} is`)
  return realId(value)
}

const bracketed = (ids: readonly string[]): string => ids.map((id) => `<${id}>`).join(' ')
const listed = (people: readonly { address: string }[]): string => people.map(({ address }) => address).join(', ')

describe.skipIf(cases.length === 0)(
  `cases of replies${cases.length === 0 ? ` (skipped: there is no ${file})` : ''}`,
  () => {
    it('K01: a reply to a mail in the middle names that mail and those above it, not its siblings', () => {
      const given = caseOf('K01')
      const parent = factsOf(given, '2')
      expect(bracketed([replyInReplyTo(parent) ?? ''])).toBe(expectedField(given, 'In-Reply-To'))
      expect(bracketed(replyReferences(parent))).toBe(expectedField(given, 'References'))
      expect(replySubject(parent.subject)).toBe(expectedField(given, 'Subject'))
    })

    it('K04: a reply to a mail without Message-ID has no In-Reply-To, and what that mail referred to', () => {
      const given = caseOf('K04')
      const parent = factsOf(given, '2')
      expect(given.expect).toContain('In-Reply-To omitted')
      expect(parent.synthetic).toBe(true)
      expect(replyInReplyTo(parent)).toBeNull()
      expect(bracketed(replyReferences(parent))).toBe(expectedField(given, 'References'))
    })

    it('K06: a reply has one Re: in place of all prefixes, in whatever language they were', () => {
      const given = caseOf('K06')
      const subject = replySubject(factsOf(given, '2').subject)
      expect(subject).toBe(/^'([^']+)'/.exec(given.expect)?.[1])
      expect(replySubject(subject)).toBe(subject)
    })

    it('K09: a reply to all leaves out every address of ours, and names nobody twice', () => {
      const given = caseOf('K09')
      const parent = factsOf(given, '1')
      const own = ['support@us.test', 'sales@us.test']
      const { to, cc, reasons } = replyRecipients({ parent, own, role: 'to', toAll: true })
      expect(listed(to)).toBe(expectedField(given, 'To'))
      expect(listed(cc)).toBe(expectedField(given, 'Cc'))
      expect(listed(reasons.filter(({ field }) => field === 'left out'))).toBe(
        'support@us.test, sales@us.test, support+x@us.test',
      )
    })

    it('K09: another inbox of ours is written to where it does not count as our own', () => {
      const parent = factsOf(caseOf('K09'), '1')
      const { to, cc } = replyRecipients({ parent, own: ['support@us.test'], role: 'to', toAll: true })
      expect(listed(to)).toBe('al@a.test, sales@us.test, bo@b.test')
      expect(listed(cc)).toBe('ce@c.test')
    })

    it('K11: a reply to a mail of Outlook goes on with its conversation index and its topic', () => {
      const given = caseOf('K11')
      const parent = factsOf(given, '1')
      const [, at = '', random = ''] = /reply at (\S+), random (\w+)/.exec(given.order) ?? []
      const index = replyThreadIndex(parent.threadIndex ?? '', Date.parse(at), Number(random))
      expect(index).toBe(expectedField(given, 'Thread-Index'))
      expect(displaySubject(replySubject(parent.subject))).toBe(expectedField(given, 'Thread-Topic'))
    })

    it('K14: a reply names the first mail too, so that whoever never saw the middle one finds the thread', () => {
      const given = caseOf('K14')
      const parent = factsOf(given, 'b1')
      const ids = replyReferences(parent)
      expect(bracketed(ids)).toBe(expectedField(given, 'References'))
      expect(idsHeader('References', ids)).toContain(`<${factsOf(given, 'u1').messageId}>`)
      const { to, cc } = replyRecipients({
        parent,
        own: ['agentA@us.test'],
        role: 'to',
        toAll: true,
        cc: parseAddresses('u@g.test'),
      })
      expect([listed(to), listed(cc)]).toEqual(['agentB@us.test', 'u@g.test'])
    })
  },
)
