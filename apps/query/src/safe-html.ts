import sanitizeHtml from 'sanitize-html'

/** Longer or more deeply marked-up mail is not shown as HTML: cleaning it takes time that grows with the square of its depth. */
const LONGEST = 1_000_000
const MOST_TAGS = 20_000

/**
 * What a mail may bring into a page: text, its marks, tables, links, and pictures of its own (`cid:`). No scripts, forms, frames
 * and styles; and nothing that is fetched when it is shown, so that nobody learns when it is read.
 */
const RULES: sanitizeHtml.IOptions = {
  allowedTags: [...sanitizeHtml.defaults.allowedTags, 'img', 'del', 'ins', 'font', 'center', 'details', 'summary'],
  allowedAttributes: {
    a: ['href', 'title', 'rel', 'target'],
    img: ['src', 'alt', 'title', 'width', 'height'],
    font: ['color', 'size'],
    '*': ['dir', 'lang', 'align', 'valign', 'colspan', 'rowspan'],
  },
  allowedSchemes: ['http', 'https', 'mailto', 'tel'],
  allowedSchemesByTag: { img: ['cid'] },
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
  nestingLimit: 500,
  transformTags: { a: sanitizeHtml.simpleTransform('a', { rel: 'noopener noreferrer nofollow', target: '_blank' }) },
}

const tagsIn = (html: string): number => {
  let tags = 0
  for (let at = html.indexOf('<'); at !== -1 && tags <= MOST_TAGS; at = html.indexOf('<', at + 1)) tags++
  return tags
}

/** HTML of a mail that can be shown in a page; `null` where it is too much to be cleaned. The raw mail has it as it came. */
export const safeHtml = (html: string): string | null =>
  html.length > LONGEST || tagsIn(html) > MOST_TAGS ? null : sanitizeHtml(html, RULES)
