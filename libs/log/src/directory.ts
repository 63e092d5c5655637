import type { KV } from '@nats-io/kv'
import type { AccountId, InboxId, SpaceId } from '@skein/events'
import { Claims, unlessOvertaken } from './claims.js'
import {
  directoryKinds,
  type Account,
  type ApiKey,
  type DirectoryKind,
  type Entry,
  type Inbox,
  type NewEntry,
  type Space,
} from './directory-entries.js'
import type { KeyUsage } from './key-usage.js'

export {
  type Account,
  type ApiKey,
  type DirectoryKind,
  directoryKinds,
  type Inbox,
  type Scope,
  type Space,
  type Transport,
  type Webhook,
} from './directory-entries.js'

/** Changes of one entry at one time that are waited for. */
const MOST_TRIES = 20

const isKind = (kind: string): kind is DirectoryKind => Object.hasOwn(directoryKinds, kind)

/**
 * Accounts, spaces, inboxes, API keys, transports and webhooks: a KV bucket, watched and held in memory whole, so that a door
 * knows its inboxes while everything but NATS is away. A read sees each write of this process at once, and those of others as
 * the watch brings them.
 */
export class Directory {
  private readonly entries: { [K in DirectoryKind]: Map<string, Entry<K>> } = {
    account: new Map(),
    space: new Map(),
    inbox: new Map(),
    key: new Map(),
    transport: new Map(),
    webhook: new Map(),
  }
  private readonly inboxesByAddress = new Map<string, Inbox>()
  private readonly inboxesByDomain = new Map<string, Inbox>()
  private readonly keysByHash = new Map<string, ApiKey>()

  /** Names that only one entry may have. */
  readonly claims: Claims

  private constructor(
    private readonly bucket: KV,
    private readonly usage: KeyUsage | undefined,
  ) {
    this.claims = new Claims(bucket)
  }

  /** Reads the whole bucket, then keeps watching it. `usage`: where it is noted when a key was used. */
  static async open(bucket: KV, usage?: KeyUsage): Promise<Directory> {
    const directory = new Directory(bucket, usage)
    const watch = await bucket.watch()
    await new Promise<void>((resolve, reject) => {
      const follow = async (): Promise<void> => {
        const { values } = await bucket.status()
        if (values === 0) resolve()
        for await (const entry of watch) {
          const [kind = '', id = ''] = entry.key.split('.')
          if (isKind(kind)) {
            if (entry.operation === 'PUT') directory.learn(kind, directoryKinds[kind].parse(entry.json()))
            else directory.forget(kind, id)
          }
          if (entry.delta === 0) resolve()
        }
      }
      follow().catch(reject)
    })
    return directory
  }

  private learn<K extends DirectoryKind>(kind: K, value: Entry<K>): void {
    this.forget(kind, value.id)
    const entries: Map<string, Entry<K>> = this.entries[kind]
    entries.set(value.id, value)
    if (kind === 'inbox') this.index(value as Inbox, (map, name, inbox) => map.set(name, inbox))
    if (kind === 'key') this.keysByHash.set((value as ApiKey).hash, value as ApiKey)
  }

  private forget(kind: DirectoryKind, id: string): void {
    const old = this.entries[kind].get(id)
    if (old === undefined) return
    this.entries[kind].delete(id)
    if (kind === 'inbox') this.index(old as Inbox, (map, name) => void (map.get(name)?.id === id && map.delete(name)))
    if (kind === 'key') this.keysByHash.delete((old as ApiKey).hash)
  }

  private index(inbox: Inbox, change: (map: Map<string, Inbox>, name: string, inbox: Inbox) => unknown): void {
    for (const address of [inbox.address, ...inbox.aliases]) change(this.inboxesByAddress, address.toLowerCase(), inbox)
    for (const domain of inbox.catchAll) change(this.inboxesByDomain, domain.toLowerCase(), inbox)
  }

  /** Puts an entry in, in place of the one that has its id. */
  async put<K extends DirectoryKind>(kind: K, value: NewEntry<K>): Promise<Entry<K>> {
    const checked = directoryKinds[kind].parse(value) as Entry<K>
    await this.bucket.put(`${kind}.${checked.id}`, JSON.stringify(checked))
    this.learn(kind, checked)
    return checked
  }
  /**
   * Changes an entry on the ground of what is stored just now, so that of two changes at one time none is lost. `to` may be
   * called again. Gives the entry as it is then, `null` where there is none.
   */
  async change<K extends DirectoryKind>(
    kind: K,
    id: string,
    to: (now: Entry<K>) => NewEntry<K>,
  ): Promise<Entry<K> | null> {
    const name = `${kind}.${id}`
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const stored = await this.bucket.get(name)
      if (stored?.operation !== 'PUT') return null
      const now = directoryKinds[kind].parse(stored.json()) as Entry<K>
      const next = directoryKinds[kind].parse(to(now)) as Entry<K>
      const done = await unlessOvertaken(this.bucket.update(name, JSON.stringify(next), stored.revision))
      if (done === null) continue
      this.learn(kind, next)
      return next
    }
    throw new Error(`${name} was changed by others ${MOST_TRIES} times in a row`)
  }
  async delete(kind: DirectoryKind, id: string): Promise<void> {
    await this.bucket.delete(`${kind}.${id}`)
    this.forget(kind, id)
  }
  get<K extends DirectoryKind>(kind: K, id: string): Entry<K> | undefined {
    const entries: Map<string, Entry<K>> = this.entries[kind]
    return entries.get(id)
  }
  /** All of a kind, by id. */
  all<K extends DirectoryKind>(kind: K): Entry<K>[] {
    const entries: Map<string, Entry<K>> = this.entries[kind]
    return [...entries.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  account(id: AccountId): Account | undefined {
    return this.get('account', id)
  }
  space(id: SpaceId): Space | undefined {
    return this.get('space', id)
  }
  inbox(id: InboxId | string): Inbox | undefined {
    return this.get('inbox', id)
  }
  /** All inboxes, or those of one space. */
  inboxes(ofSpace?: SpaceId): Inbox[] {
    return [...this.entries.inbox.values()].filter((one) => ofSpace === undefined || one.space === ofSpace)
  }
  /** By address or alias; the whole address is compared without case. */
  inboxByAddress(address: string): Inbox | undefined {
    return this.inboxesByAddress.get(address.toLowerCase())
  }
  /**
   * Who gets mail to an address: the inbox that has it, as address or alias; the one that it is a plus-tag of (RFC 5233), where
   * that inbox takes them; the one that catches all mail of the domain.
   */
  inboxFor(address: string): Inbox | undefined {
    const exact = this.inboxByAddress(address)
    if (exact !== undefined) return exact
    const at = address.lastIndexOf('@')
    const plus = address.indexOf('+')
    const domain = address.slice(at + 1)
    const tagged = plus > 0 && plus < at ? this.inboxByAddress(`${address.slice(0, plus)}@${domain}`) : undefined
    return tagged?.plusAddressing ? tagged : this.inboxesByDomain.get(domain.toLowerCase())
  }
  keyByHash(hash: string): ApiKey | undefined {
    return this.keysByHash.get(hash)
  }
  /** Notes that a key was used; costs nothing, and never fails. */
  used(key: string): void {
    this.usage?.note(key)
  }
  /** When a key was used last, to the minute; `null` for never. */
  async lastUsed(key: string): Promise<string | null> {
    return (await this.usage?.last(key)) ?? null
  }
}
