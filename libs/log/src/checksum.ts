import { createHash } from 'node:crypto'

/** The header with the SHA-256 of a message's payload, on all of `MAIL-<p>`. */
export const SHA256_HEADER = 'skein-sha256'
/** The header that ties an event to all before it in `EVENTS-<p>`: an extension attribute in the sense of CloudEvents 1.0. */
export const CHAIN_HEADER = 'ce-chain'

export const sha256Of = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex')

/**
 * The chain after an event: SHA-256 over the chain before it, its attributes in the order of their names, and its body. Whoever
 * changes, drops or inserts one event changes the chain of all that follow. The chain of nothing is empty.
 */
export const chainAfter = (
  before: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array | string,
): string => {
  const hash = createHash('sha256').update(before)
  for (const name of Object.keys(headers).sort())
    if (name.startsWith('ce-') && name !== CHAIN_HEADER) hash.update(`\n${name}: ${headers[name]}`)
  return hash.update('\n\n').update(body).digest('hex')
}
