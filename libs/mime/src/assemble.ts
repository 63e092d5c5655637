import type { PartNode, ShownText, SplitPart } from './body-parser.js'
import { htmlText, textHtml } from './html-text.js'
import { MAX_TEXT_PART_BYTES } from './limits.js'
import { textOfPart, tidyText } from './text-part.js'

/** What a part shows: `plain` is what its writer sent as text, `html` what they sent as HTML; either may be missing. */
interface Body {
  plain: string | null
  html: string | null
}

const NOTHING: Body = { plain: null, html: null }

/**
 * The bodies of a mail from its parts (RFC 2046 §5.1). Of alternatives the plain text and the richest HTML are taken; parts
 * that follow one another are joined, and where only some of them are HTML the others are turned into the missing kind, so
 * that text and HTML each show the whole mail. A mail of HTML only gets its text from that.
 */
export const assemble = (
  tree: PartNode,
  shown: ReadonlyMap<SplitPart, ShownText>,
): { text: string; html: string | null } => {
  const body = bodyOf(tree, shown)
  return { text: textOf(body) ?? '', html: body.html }
}

const textOf = (body: Body): string | null => body.plain ?? (body.html === null ? null : htmlText(body.html))
const htmlOf = (body: Body): string | null => body.html ?? (body.plain === null ? null : textHtml(body.plain))

const bodyOf = (part: PartNode, shown: ReadonlyMap<SplitPart, ShownText>): Body => {
  const format = shown.get(part.node)
  if (format) {
    const text = leafText(part.textContent ?? '', format)
    if (text.trim() === '') return NOTHING
    return part.contentType === 'text/html' ? { plain: null, html: text } : { plain: text, html: null }
  }
  const bodies = part.children.map((child) => bodyOf(child, shown)).filter((body) => body !== NOTHING)
  if (bodies.length < 2) return bodies[0] ?? NOTHING
  return part.contentType === 'multipart/alternative' ? bestOf(bodies) : inSequence(bodies)
}

const leafText = (content: string, format: ShownText): string =>
  format.bytes
    ? textOfPart(Buffer.from(content, 'latin1'), format)
    : tidyText(content.slice(0, MAX_TEXT_PART_BYTES), format)

const bestOf = (bodies: Body[]): Body => ({
  plain: bodies.find((body) => body.plain !== null)?.plain ?? null,
  html: bodies.findLast((body) => body.html !== null)?.html ?? null,
})

const inSequence = (bodies: Body[]): Body => {
  const isThere = (text: string | null): text is string => text !== null
  const hasPlain = bodies.some((body) => isThere(body.plain))
  const hasHtml = bodies.some((body) => isThere(body.html))
  return {
    plain: hasPlain ? bodies.map(textOf).filter(isThere).join('\n') : null,
    html: hasHtml ? bodies.map(htmlOf).filter(isThere).join('\n') : null,
  }
}
