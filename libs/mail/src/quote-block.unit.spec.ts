import { describe, expect, it } from 'vitest'
import { htmlForward, htmlQuote, textForward, textQuote, type QuotedMail } from './quote-block.js'
import { newText } from './quotes.js'

const mail = (over: Partial<QuotedMail> = {}): QuotedMail => ({
  from: [{ name: 'Ann Example', address: 'ann@a.test' }],
  to: [{ name: '', address: 'us@us.test' }],
  cc: [],
  sentAt: '2026-03-02T12:05:00.000Z',
  subject: 'Wool',
  text: 'First line\n\nLast line\n',
  ...over,
})

describe('quote block', () => {
  it('names when and who, and starts each line with >', () => {
    expect(textQuote(mail())).toBe(
      'On Mon, 2 Mar 2026 at 12:05 UTC, Ann Example <ann@a.test> wrote:\n\n> First line\n>\n> Last line\n',
    )
  })

  it.each([
    ['a quote gets one more > and no space', '> older\nnew', '>> older\n> new\n'],
    ['what stands below the signature mark is left out', 'words\n-- \nAnn, Ltd.', '> words\n'],
    ['CRLF and CR are line ends', 'a\r\nb\rc', '> a\n> b\n> c\n'],
    ['a mark on the first line is text, since nothing else is left', '-- \nAnn', '> -- \n> Ann\n'],
  ])('%s', (_, text, quoted) => {
    expect(textQuote(mail({ text })).split('wrote:\n\n')[1]).toBe(quoted)
  })

  it.each([
    ['one line', 'One'],
    ['several', 'One\n\nTwo\n> three'],
    ['a name with a comma', 'x'],
  ])('is found again and taken off by our own reader: %s', (_, text) => {
    const reply = `My answer\n\n${textQuote(mail({ text, from: [{ name: 'Example, Ann', address: 'ann@a.test' }] }))}`
    expect(newText(reply).trim()).toBe('My answer')
  })

  it('of a mail without text is empty', () => {
    expect(textQuote(mail({ text: ' \n' }))).toBe('')
    expect(htmlQuote(mail({ text: '' }))).toBe('')
  })

  it('of an endless mail is cut, and says so', () => {
    const quote = textQuote(mail({ text: 'line\n'.repeat(100_000) }))
    expect(quote.length).toBeLessThan(300_000)
    expect(quote.trimEnd().endsWith('> […]')).toBe(true)
  })

  it('in HTML carries the marks of Gmail and Apple Mail, and nothing of the mail as markup', () => {
    const quote = htmlQuote(
      mail({ text: '</blockquote><script>x</script>', from: [{ name: '<b>"', address: 'a@a.test' }] }),
    )
    expect(quote).toContain('<blockquote class="gmail_quote" type="cite"')
    expect(quote.match(/<\/blockquote>/g)).toHaveLength(1)
    expect(quote).not.toContain('<script>')
    expect(quote).not.toContain('<b>')
  })

  it('of a forward tells who wrote to whom, and keeps the signature', () => {
    const text = textForward(mail({ text: 'words\n-- \nAnn', cc: [{ name: '', address: 'c@c.test' }] }))
    expect(text.split('\n')).toEqual([
      '---------- Forwarded message ---------',
      'From: Ann Example <ann@a.test>',
      'Date: Mon, 2 Mar 2026 at 12:05 UTC',
      'Subject: Wool',
      'To: us@us.test',
      'Cc: c@c.test',
      '',
      'words',
      '-- ',
      'Ann',
      '',
    ])
    expect(htmlForward(mail({ text: '<i>' }))).toContain('&lt;i&gt;')
  })

  it('cannot be broken apart by a name with line ends', () => {
    const from = [{ name: 'Ann\r\n> forged', address: 'ann@a.test' }]
    expect(textQuote(mail({ from })).split('\n')[0]).toBe(
      'On Mon, 2 Mar 2026 at 12:05 UTC, Ann forged <ann@a.test> wrote:',
    )
  })
})
