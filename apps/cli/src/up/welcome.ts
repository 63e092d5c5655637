import { join } from 'node:path'
import type { Api } from './api.js'

interface Welcome extends Api {
  dataDir: string
  /** The first start shows the key; later ones say where it is. */
  isFirst: boolean
  natsUrl: string
  databaseUrl: string
  smtp: { host: string; port: number } | null
  staying: boolean
}

const mail =
  'From: you@example.test\\nTo: support@skein.example\\nMessage-ID: <hello@example.test>\\nSubject: Hello\\n\\nFirst mail.\\n'

/** What a shell reads the key with. */
const keyFrom = (file: string): string => `$(sed -n 's/.*"apiKey": "\\(.*\\)".*/\\1/p' '${file}')`

/** Addresses, the key, and five calls that work as they stand. */
export const welcome = ({ url, key, dataDir, isFirst, natsUrl, databaseUrl, smtp, staying }: Welcome): string => {
  const file = join(dataDir, 'instance.json')
  const lines = [
    '',
    `  API       ${url}/v1        NATS  ${natsUrl}        Postgres  ${databaseUrl.replace(/:[^:@/]+@/, ':…@')}`,
    `  API key   ${isFirst ? key : `in ${file}`}        API by hand  ${url}/docs`,
  ]
  if (smtp !== null)
    lines.push(
      `  SMTP      ${smtp.host}:${smtp.port} takes mail for the inboxes; what you send to others stays here: GET /v1/dev/outbox`,
    )
  if (staying)
    lines.push(
      '',
      'Five calls to try, in another terminal:',
      '',
      `  export SKEIN_URL=${url} SKEIN_API_KEY=${isFirst ? key : keyFrom(file)}`,
      `  alias skein-get='curl -s -H "Authorization: Bearer $SKEIN_API_KEY"'`,
      '',
      `  1  printf '${mail}' | curl -s -H "Authorization: Bearer $SKEIN_API_KEY" -H 'Content-Type: message/rfc822' --data-binary @- $SKEIN_URL/v1/inboxes/inb_support/mail`,
      '  2  skein-get "$SKEIN_URL/v1/threads?limit=5"',
      '  3  skein-get "$SKEIN_URL/v1/inboxes/inb_support/threads?is_read=false"',
      '  4  skein-get "$SKEIN_URL/v1/threads/<thread id>/messages"',
      `  5  skein-get -X PATCH -H 'Content-Type: application/json' -d '{"is_read": true}' "$SKEIN_URL/v1/threads/<thread id>"`,
      '',
      `And to send: npm run skein -- send --from inb_support --to you@example.test --subject 'Hello' --text 'From Skein.'`,
      'Your own mail: `npm run skein -- import <mbox, Maildir or .eml files> --inbox inb_support`. Ctrl-C stops.',
    )
  return lines.join('\n')
}
