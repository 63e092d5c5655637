import type { Api } from './api.js'

interface Welcome extends Api {
  natsUrl: string
  databaseUrl: string
  staying: boolean
}

const mail =
  'From: you@example.test\\nTo: support@skein.example\\nMessage-ID: <hello@example.test>\\nSubject: Hello\\n\\nFirst mail.\\n'

/** Addresses, the key, and five calls that work as they stand. */
export const welcome = ({ url, key, natsUrl, databaseUrl, staying }: Welcome): string => {
  const lines = [
    '',
    `  API       ${url}/v1        NATS  ${natsUrl}        Postgres  ${databaseUrl.replace(/:[^:@/]+@/, ':…@')}`,
    `  API key   ${key}`,
  ]
  if (staying)
    lines.push(
      '',
      'Five calls to try, in another terminal:',
      '',
      `  export SKEIN_URL=${url} SKEIN_API_KEY=${key}`,
      `  alias skein-get='curl -s -H "Authorization: Bearer $SKEIN_API_KEY"'`,
      '',
      `  1  printf '${mail}' | curl -s -H "Authorization: Bearer $SKEIN_API_KEY" -H 'Content-Type: message/rfc822' --data-binary @- $SKEIN_URL/v1/inboxes/inb_support/mail`,
      '  2  skein-get "$SKEIN_URL/v1/threads?limit=5"',
      '  3  skein-get "$SKEIN_URL/v1/inboxes/inb_support/threads?is_read=false"',
      '  4  skein-get "$SKEIN_URL/v1/threads/<thread id>/messages"',
      `  5  skein-get -X PATCH -H 'Content-Type: application/json' -d '{"is_read": true}' "$SKEIN_URL/v1/threads/<thread id>"`,
      '',
      'Your own mail: `npm run skein -- import <mbox, Maildir or .eml files> --inbox inb_support`. Ctrl-C stops.',
    )
  return lines.join('\n')
}
