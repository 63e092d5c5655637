import { isKnownCharset } from '@skein/mail'
import type { MailParserOptions } from 'mailparser'
import { MailParser } from 'mailparser'
import { MAX_NESTING, MAX_PARTS, MAX_TEXT_PART_BYTES } from './limits.js'
import type { TextFormat } from './text-part.js'

/** A part while it is split off: what mailparser's splitter says of it. */
export interface SplitPart {
  type: 'node' | 'body' | 'data'
  parentNode: SplitPart | false
  contentType: string | false
  charset: string | false
  disposition: string | false
  flowed: boolean
  delSp: boolean
  headers: { getList(): { key: string }[]; lines: { key: string }[] }
}

/** A text part's format, and whether its `textContent` is still bytes or was decoded by mailparser. */
export interface ShownText extends TextFormat {
  bytes: boolean
}

interface SplitChunk {
  type: 'node' | 'body' | 'data'
  node?: SplitPart
  value?: Uint8Array
}

/** A part in mailparser's tree; `textContent` is there for text that is shown. */
export interface PartNode {
  node: SplitPart
  contentType: string | false
  textContent?: string
  children: PartNode[]
}

const TEXT_TYPES: (string | false)[] = ['text/plain', 'text/html', 'message/delivery-status']
/** As mailparser tells text from attachments. */
const isShown = (part: SplitPart): boolean =>
  TEXT_TYPES.includes(part.contentType) && (part.disposition === false || part.disposition === 'inline')

const OPTIONS: MailParserOptions & { ignoreEmbedded: true; maxHeadSize: number; maxChildNodes: number } = {
  skipHtmlToText: true,
  skipImageLinks: true,
  skipTextToHtml: true,
  skipTextLinks: true,
  // a mail within a mail is an attachment of it, and not more of its text
  ignoreEmbedded: true,
  // the splitter runs ahead of what is read, and would lose that when it stops; the limits that count are below
  maxHeadSize: Number.MAX_SAFE_INTEGER,
  maxChildNodes: 20 * MAX_PARTS,
}

/** mailparser calls this for each piece that its splitter found, and waits for `done`. */
type Step = (chunk: SplitPart | SplitChunk, done: (error?: Error) => void) => void

/**
 * mailparser as far as its splitting into parts and its transfer decoding go. It would lose the text of an HTML part beside a
 * footer, decode bytes that are not in their declared character set to question marks, and keep text without limit; so the
 * text parts come out of here as bytes (as `binary`, one character each) with their format beside them, cut at the limit. A
 * character set that only mailparser knows is left to it.
 * The two methods are mailparser's own, not documented: its version is pinned, and a test fails when they change.
 */
export class BodyParser extends MailParser {
  declare readonly tree: PartNode | false
  readonly shown = new Map<SplitPart, ShownText>()
  readonly problems = new Set<string>()
  readonly #taken = new Map<SplitPart, number>()
  #parts = 0

  constructor() {
    super(OPTIONS)
  }

  processChunk(chunk: SplitPart | SplitChunk, done: (error?: Error) => void): void {
    const part = partOf(chunk)
    if (chunk.type === 'node' && ++this.#parts > MAX_PARTS) return done(new TooManyParts())
    if (part && depthOf(part) > MAX_NESTING) {
      this.problems.add(`has parts more than ${MAX_NESTING} deep in one another; those were left out`)
      return void setImmediate(done)
    }
    if (chunk.type === 'node' && part) this.#prepare(part)
    if (chunk.type === 'body' && part && this.shown.has(part) && !this.#takes(part, chunk))
      return void setImmediate(done)
    const step = (MailParser.prototype as MailParser & { processChunk: Step }).processChunk
    step.call(this, chunk, done)
  }

  /** Text is put together from {@link tree} by the caller. */
  getTextContent(): { type: 'text' } {
    return { type: 'text' }
  }

  #prepare(part: SplitPart): void {
    // the rest costs time and tells nothing about the body
    part.headers.lines = part.headers.getList().filter((line) => line.key.startsWith('content-'))
    if (!isShown(part)) return
    const charset = part.charset === false ? null : part.charset
    const bytes = isKnownCharset(charset ?? '')
    this.shown.set(part, { charset, flowed: part.flowed, delSp: part.delSp, bytes })
    part.flowed = false
    if (bytes) part.charset = 'binary'
  }

  #takes(part: SplitPart, chunk: SplitChunk | SplitPart): boolean {
    const taken = (this.#taken.get(part) ?? 0) + ('value' in chunk ? (chunk.value?.length ?? 0) : 0)
    this.#taken.set(part, taken)
    if (taken <= MAX_TEXT_PART_BYTES) return true
    this.problems.add(`has a text longer than ${MAX_TEXT_PART_BYTES} octets; it was cut`)
    return false
  }
}

/** The mail has more parts than are looked at. */
export class TooManyParts extends Error {
  override readonly name = 'TooManyParts'
}

const partOf = (chunk: SplitPart | SplitChunk): SplitPart | undefined => ('parentNode' in chunk ? chunk : chunk.node)

const depths = new WeakMap<SplitPart, number>()
const depthOf = (part: SplitPart): number => {
  const known = depths.get(part)
  if (known !== undefined) return known
  const depth = part.parentNode === false ? 0 : depthOf(part.parentNode) + 1
  depths.set(part, depth)
  return depth
}
