/**
 * What reading one mail may cost, whatever its sender sends. Far above ordinary mail; whoever hits one gets what was read so
 * far, and the mail's problems say what is missing. The raw bytes are kept elsewhere, so nothing is lost.
 */

/** Milliseconds that a worker may spend on one mail before it is replaced. */
export const MAX_PARSE_MS = 5_000
/** UTF-16 units of text that are kept. */
export const MAX_TEXT_CHARS = 1_000_000
/** UTF-16 units of HTML that are kept; also what text is made from where a mail has only HTML. */
export const MAX_HTML_CHARS = 1_000_000
/** Octets of one text part, after its transfer encoding, that are looked at. */
export const MAX_TEXT_PART_BYTES = 4 * MAX_TEXT_CHARS
/** Parts of a mail that are looked at, multiparts among them. */
export const MAX_PARTS = 1_000
/** How deep parts may stand in one another; deeper ones are left out. */
export const MAX_NESTING = 50
/** Attachments that are listed. */
export const MAX_ATTACHMENTS = 250
/** UTF-16 units of a file name, content id or content type. */
export const MAX_NAME_CHARS = 255
/** Depth of HTML elements up to which text is made with regard to what they mean. */
export const MAX_HTML_DEPTH = 1_000
/** Old-generation heap of a worker in MiB: one mail at the limits needs about a tenth of it. */
export const WORKER_HEAP_MIB = 512
