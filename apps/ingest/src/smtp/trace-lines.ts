import type { SMTPServerSession } from 'smtp-server'

/** What a client calls itself is anything at all. */
const named = (helo: string | false): string => (helo || 'unknown').replace(/[^\w.:[\]-]/g, '?').slice(0, 255)

/** `Tue, 3 Mar 2026 10:00:00 +0000` (RFC 5322 §3.3). */
const dateOf = (at: Date): string => at.toUTCString().replace(/GMT$/, '+0000')

/**
 * What the last server on the way writes on top of a mail (RFC 5321 §4.4): where it would bounce to, and from whom it came.
 * The header below is the sender's word; these two lines are ours.
 */
export const traceLines = (
  session: Pick<SMTPServerSession, 'id' | 'hostNameAppearsAs' | 'remoteAddress' | 'transmissionType'>,
  { from, by, at }: { from: string; by: string; at: Date },
): string =>
  [
    `Return-Path: <${from}>`,
    `Received: from ${named(session.hostNameAppearsAs)} ([${session.remoteAddress}])`,
    ` by ${named(by)} with ${session.transmissionType} id ${session.id};`,
    ` ${dateOf(at)}`,
    '',
  ].join('\r\n')
