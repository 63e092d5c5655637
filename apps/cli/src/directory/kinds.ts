import { readFile } from 'node:fs/promises'

/** One flag of `add` and `set`: what stands on the command line, and the member of the body that it becomes. */
export interface Field {
  readonly flag: string
  readonly what: string
  /** Path of the body's member. */
  readonly member: string
  readonly of: (text: string) => unknown
  /** May stand several times: the body gets a list. */
  readonly many?: true
  /** Stands without a value. */
  readonly bare?: unknown
  readonly only?: 'add' | 'set'
}

/** What `skein <command> …` is about: the call, and what people see of an entry. */
export interface Kind {
  readonly command: string
  /** Path under `/v1`, and the member of a list's answer. */
  readonly path: string
  readonly list: string
  readonly what: string
  readonly columns: readonly string[]
  readonly fields: readonly Field[]
  readonly rotate?: { readonly what: string; readonly fields: readonly Field[] }
}

const text = (given: string): string => given
const orNull = (word: string) => (given: string) => (given === word ? null : given)
/** A secret comes from a file, `-` for the standard input: what stands on a command line is seen by everybody on the machine. */
const fromFile = async (path: string): Promise<string> =>
  (await readFile(path === '-' ? '/dev/stdin' : path, 'utf8')).replace(/\r?\n$/, '')
const pair = (given: string): [string, string] => {
  const at = given.indexOf('=')
  if (at < 1) throw new Error(`${given} is not of the form name=value`)
  return [given.slice(0, at), given.slice(at + 1)]
}

const name: Field = { flag: '--name <name>', what: 'what people call it', member: 'name', of: text }
const many = (flag: string, member: string, what: string): Field => ({ flag, member, what, of: text, many: true })

const inboxFields: readonly Field[] = [
  { flag: '--address <address>', what: 'the address that receives and sends', member: 'address', of: text },
  name,
  { flag: '--space <id>', what: 'the space that it is in, for good', member: 'space', of: text, only: 'add' },
  many('--alias <address>', 'aliases', 'a further address; repeat it'),
  many('--catch-all <domain>', 'catch_all', 'a domain of which it gets what nobody else has; repeat it'),
  { flag: '--transport <id>', what: 'the transport of its mail, or none', member: 'transport', of: orNull('none') },
  { flag: '--plus', what: 'name+anything@domain reaches it', member: 'plus_addressing', of: text, bare: true },
  { flag: '--no-plus', what: 'name+anything@domain does not', member: 'plus_addressing', of: text, bare: false },
]

const keyFields: readonly Field[] = [
  name,
  { ...many('--scope <scope>', 'scopes', 'read, write, send or admin; repeat it'), only: 'add' },
  { ...many('--space <id>', 'spaces', 'restrict it to a space; repeat it'), only: 'add' },
  { ...many('--inbox <id>', 'inboxes', 'restrict it to an inbox; repeat it'), only: 'add' },
  { flag: '--expires <time>', what: 'ISO 8601, or never', member: 'expires_at', of: orNull('never') },
  { flag: '--account <id>', what: 'for another account', member: 'account', of: text, only: 'add' },
  { flag: '--instance', what: 'an operator key', member: 'instance', of: text, bare: true, only: 'add' },
]

const transportFields: readonly Field[] = [
  name,
  { flag: '--host <host>', what: 'name or address of the SMTP server', member: 'host', of: text },
  { flag: '--port <port>', what: 'its port; 465, 587 or 25 by the security', member: 'port', of: Number },
  { flag: '--security <kind>', what: 'tls, starttls or none', member: 'security', of: text },
  { flag: '--user <user>', what: 'user to log in as, or none', member: 'user', of: orNull('none') },
  { flag: '--password-file <file>', what: 'file with the password, - for stdin', member: 'password', of: fromFile },
  many('--domain <domain>', 'domains', 'a domain whose mail leaves by it; repeat it'),
  { flag: '--dkim-domain <domain>', what: 'the domain that signs', member: 'dkim.domain', of: text },
  { flag: '--dkim-selector <selector>', what: 'where its public key is', member: 'dkim.selector', of: text },
  { flag: '--dkim-key-file <file>', what: 'its private key, PEM', member: 'dkim.private_key', of: fromFile },
  {
    ...{ flag: '--rewrites-message-id', what: 'it puts in Message-IDs of its own', member: 'rewrites_message_id' },
    ...{ of: text, bare: true },
  },
]

const webhookFields: readonly Field[] = [
  name,
  { flag: '--to <url>', what: 'where events are sent, https', member: 'url', of: text },
  many('--event <type>', 'types', 'MessageThreaded, MessageSent …; repeat it; all without it'),
  many('--inbox <id>', 'inboxes', 'of this inbox; repeat it; of all without it'),
  { flag: '--on', what: 'switch it on again', member: 'enabled', of: text, bare: true, only: 'set' },
  { flag: '--off', what: 'switch it off', member: 'enabled', of: text, bare: false, only: 'set' },
]

const grace: Field = {
  ...{ flag: '--grace <seconds>', what: 'how long the old key is still good; a day without it' },
  ...{ member: 'grace_seconds', of: Number },
}
const drop: Field = {
  flag: '--drop-old',
  what: 'the old secret is gone at once',
  member: 'keep_old',
  of: text,
  bare: false,
}

export const kinds: readonly Kind[] = [
  {
    ...{ command: 'accounts', path: 'accounts', list: 'accounts', what: 'an account' },
    columns: ['id', 'name'],
    fields: [name],
  },
  {
    ...{ command: 'spaces', path: 'spaces', list: 'spaces', what: 'a space' },
    columns: ['id', 'rules', 'policies', 'name'],
    fields: [
      name,
      { flag: '--rules <set>', what: 'the rule set that threads its mail', member: 'rules', of: text },
      { flag: '--policy <name=value>', what: 'repeat it', member: 'policies', of: pair, many: true },
    ],
  },
  {
    ...{ command: 'inboxes', path: 'inboxes', list: 'inboxes', what: 'an inbox' },
    columns: ['id', 'space', 'address', 'aliases', 'catch_all', 'transport', 'name'],
    fields: inboxFields,
  },
  {
    ...{ command: 'keys', path: 'api-keys', list: 'api_keys', what: 'an API key' },
    columns: ['id', 'scopes', 'spaces', 'inboxes', 'expires_at', 'last_used_at', 'name'],
    fields: keyFields,
    rotate: { what: 'give a second key in place of one, which ends after the grace time', fields: [grace] },
  },
  {
    ...{ command: 'transports', path: 'transports', list: 'transports', what: 'an SMTP server that mail leaves by' },
    columns: ['id', 'host', 'port', 'security', 'user', 'domains', 'name'],
    fields: transportFields,
  },
  {
    ...{ command: 'webhooks', path: 'webhooks', list: 'webhooks', what: 'an address that events are sent to' },
    columns: ['id', 'enabled', 'types', 'inboxes', 'url', 'name'],
    fields: webhookFields,
    rotate: { what: 'give it a new secret; the old one signs beside it until the next time', fields: [drop] },
  },
]
