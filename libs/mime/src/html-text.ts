import { compile } from 'html-to-text'
import { MAX_HTML_CHARS, MAX_HTML_DEPTH } from './limits.js'

const unchanged = { uppercase: false }
const convert = compile({
  wordwrap: false,
  limits: { maxInputLength: MAX_HTML_CHARS, maxDepth: 2 * MAX_HTML_DEPTH, ellipsis: '' },
  selectors: [
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
    { selector: 'img', format: 'skip' },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: unchanged })),
    { selector: 'table', options: { uppercaseHeaderCells: false } },
    { selector: 'blockquote', options: { leadingLineBreaks: 1, trailingLineBreaks: 1, trimEmptyLines: true } },
  ],
})

/**
 * The words of an HTML body: links with their address in brackets, no pictures, quotes marked with `> `. At most the first
 * `MAX_HTML_CHARS` are read. HTML that is nested without end, which takes time by the square of its depth to convert, only
 * has its tags taken out.
 */
export const htmlText = (html: string): string => {
  const start = html.slice(0, MAX_HTML_CHARS)
  return depthOf(start) > MAX_HTML_DEPTH ? withoutTags(start) : convert(start)
}

/** Elements that hold no others, or that the next one of their kind closes. */
const CLOSED =
  /^(?:area|base|br|col|dd|dt|embed|hr|img|input|li|link|meta|option|p|param|source|tbody|td|tfoot|th|thead|tr|track|wbr)$/

/** How deep elements stand in one another, at most; in one pass and without a tree. */
const depthOf = (html: string): number => {
  let depth = 0
  let deepest = 0
  for (const [, slash, name = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]{0,20})/gi)) {
    if (CLOSED.test(name.toLowerCase())) continue
    depth = slash ? Math.max(0, depth - 1) : depth + 1
    if (depth > deepest) deepest = depth
  }
  return deepest
}

const withoutTags = (html: string): string => {
  const words: string[] = []
  for (let at = 0; at < html.length;) {
    const open = html.indexOf('<', at)
    const end = open < 0 ? html.length : open
    if (end > at) words.push(html.slice(at, end))
    const close = open < 0 ? -1 : html.indexOf('>', open)
    if (close < 0) break
    at = close + 1
  }
  return convert(words.join(' '))
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** Plain text as HTML, for a mail that has both kinds one after the other. */
export const textHtml = (text: string): string =>
  `<div style="white-space: pre-wrap">${text.replace(/[&<>]/g, (character) => escapes[character] ?? '')}</div>`
