import { allTexts, readHeaderBlock } from './header-block.js'
import { parseSingleId } from './message-id.js'
import { contentOf } from './part-content.js'
import type { Part } from './parts.js'

const WHOLE_MAIL = new Set(['message/rfc822', 'message/global'])
/** Attached mails whose ids are kept: a digest of a list may hold hundreds. */
const MOST = 20

/** Message-IDs of the mails that stand in these parts whole (RFC 2046 §5.2.1); those without one are passed over. */
export const containedIds = (raw: Uint8Array, parts: readonly Part[]): string[] => {
  const ids: string[] = []
  for (const part of parts) {
    if (ids.length === MOST) break
    if (!WHOLE_MAIL.has(part.contentType.type)) continue
    const [text] = allTexts(readHeaderBlock(contentOf(raw, part)), 'message-id', 10_000)
    const id = text === undefined ? null : parseSingleId(text)
    if (id !== null) ids.push(id)
  }
  return [...new Set(ids)]
}
