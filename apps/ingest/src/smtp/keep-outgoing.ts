import type { Log } from '@skein/log'
import { decodeWords, firstText, parseAddresses, readHeaderBlock, type HeaderBlock } from '@skein/mail'
import type { DeliverParts } from './deliver.js'

/** Octets of a subject that a list shows. */
const SUBJECT_LIMIT = 1_000

/** Keeps mail that is for nobody here, under the account of the inbox that sent it. */
export const keepOutgoing =
  ({ log, now }: { log: Pick<Log, 'devOutbox' | 'directory'>; now: () => Date }): NonNullable<DeliverParts['keep']> =>
  ({ raw, from, to, trace }) => {
    const block = readHeaderBlock(raw)
    const sender = log.directory.inboxFor(from === '' ? authorOf(block) : from)
    return log.devOutbox.keep(Buffer.concat([Buffer.from(trace), raw]), {
      inbox: sender?.id ?? null,
      account: sender?.account ?? null,
      envelope: { from, to: [...to] },
      subject: decodeWords(firstText(block, 'subject', SUBJECT_LIMIT) ?? ''),
      receivedAt: now().toISOString(),
    })
  }

/** A report has no sender in its envelope; its author is who sent it then. */
const authorOf = (block: HeaderBlock): string => parseAddresses(firstText(block, 'from') ?? '')[0]?.address ?? ''
