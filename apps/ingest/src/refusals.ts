import { Problem } from '@skein/http'

const MIB = 1024 * 1024
const inMib = (bytes: number): string => `${Math.round((bytes / MIB) * 10) / 10} MiB`

/** Every reason not to take a mail, in the words that both doors answer with. */
export const refusals = {
  emptyBody: () =>
    new Problem(400, 'empty-body', 'The body is empty', 'No mail came with the request.', {
      field: 'body',
      fix: 'Send the raw mail (RFC 5322), header and body, as it is.',
    }),

  incomplete: () =>
    new Problem(
      400,
      'mail-incomplete',
      'The mail is not complete',
      'The sender went away before the end of the mail.',
      {
        field: 'body',
        fix: 'Send the whole mail; nothing of it was accepted.',
      },
    ),

  notAMail: (reason: string) =>
    new Problem(400, 'not-a-mail', 'This is no mail', `What was sent is no mail: ${reason}.`, {
      field: 'body',
      fix: 'Send one raw mail (RFC 5322) that starts with its header lines, not JSON, a form or an archive of mails.',
    }),

  tooLarge: (limit: number) =>
    new Problem(413, 'mail-too-large', 'The mail is too large', `A mail may have ${inMib(limit)} (${limit} octets).`, {
      field: 'body',
      fix: `Send a mail of at most ${limit} octets, or have SKEIN_MAX_MAIL_BYTES raised.`,
      limit,
    }),

  headerTooLarge: (limit: number) =>
    new Problem(
      413,
      'header-too-large',
      'The header is too large',
      `The header of a mail may have ${inMib(limit)} and 20,000 fields.`,
      {
        field: 'body',
        fix: `Send a mail whose header has at most ${limit} octets and 20,000 fields.`,
        limit,
      },
    ),

  wrongType: (type: string | undefined) =>
    new Problem(
      415,
      'unsupported-body',
      'The body cannot be read',
      `This call takes raw mail; the content type is ${type ?? 'missing'}.`,
      {
        field: 'Content-Type',
        fix: 'Send Content-Type: message/rfc822.',
      },
    ),

  encoded: (encoding: string) =>
    new Problem(415, 'unsupported-body', 'The body cannot be read', `The body is encoded as ${encoding}.`, {
      field: 'Content-Encoding',
      fix: 'Send the mail without Content-Encoding.',
    }),

  noSuchInbox: (id: string) =>
    new Problem(404, 'no-such-inbox', 'There is no such inbox', `There is no inbox ${id} that may be used here.`, {
      field: 'inbox',
      fix: 'Use the id of an inbox of your account (inb_…).',
    }),

  noDevOutbox: () =>
    new Problem(404, 'no-dev-outbox', 'Nothing is kept here', 'Mail to the outside is not kept on this instance.', {
      fix: 'Start the SMTP door with SKEIN_SMTP_CATCH_ALL=1, on a machine for development.',
    }),

  notKept: (n: number) =>
    new Problem(404, 'not-found', 'Not found', `There is no mail ${n} that this key may see, or it has made room.`, {
      field: 'n',
      fix: 'Use an id of GET /v1/dev/outbox.',
    }),

  looping: (lines: number, limit: number) =>
    new Problem(
      422,
      'mail-loop',
      'The mail goes round in circles',
      `The mail has ${lines} Received lines; ${limit} are the most that are taken.`,
      {
        field: 'Received',
        fix: 'Find the two systems that forward to each other. If the mail is right, have SKEIN_MAX_RECEIVED_LINES raised.',
        limit,
      },
    ),

  busy: () =>
    new Problem(
      503,
      'busy',
      'Too much mail at once',
      'More mail is being read than there is memory for. The mail was not accepted.',
      {
        fix: 'Send it again after the time in Retry-After.',
        retry_after: 1,
      },
    ),

  logUnavailable: () =>
    new Problem(
      503,
      'log-unavailable',
      'Mail cannot be stored',
      'The log did not confirm the mail, which was therefore not accepted.',
      {
        fix: 'Send it again after the time in Retry-After; the same mail has the same id and is never there twice.',
        retry_after: 5,
      },
    ),
} satisfies Record<string, (...about: never[]) => Problem>
