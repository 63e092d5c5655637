import type { KV } from '@nats-io/kv'
import { accountId, inboxId, spaceId, type AccountId, type InboxId, type SpaceId } from '@skein/events'
import { z } from 'zod'

export const account = z.object({ id: accountId, name: z.string() })
export const space = z.object({
  id: spaceId,
  account: accountId,
  name: z.string(),
  /** Name of the rule set that threads this space. */
  rules: z.string(),
  policies: z.record(z.string(), z.string()),
})
export const inbox = z.object({
  id: inboxId,
  account: accountId,
  space: spaceId,
  name: z.string(),
  address: z.string(),
  aliases: z.array(z.string()),
})
export const scope = z.enum(['read', 'write', 'admin'])
export const apiKey = z.object({
  id: z.string(),
  account: accountId,
  name: z.string(),
  /** SHA-256 of the key, hex: the key itself is nowhere. */
  hash: z.string(),
  scopes: z.array(scope),
  createdAt: z.iso.datetime(),
})
export type Account = z.infer<typeof account>
export type Space = z.infer<typeof space>
export type Inbox = z.infer<typeof inbox>
export type ApiKey = z.infer<typeof apiKey>

const kinds = { account, space, inbox, key: apiKey } as const
type Kind = keyof typeof kinds

/**
 * Accounts, spaces, inboxes and API keys: a KV bucket, watched and held in memory whole, so that a door knows its inboxes while
 * everything but NATS is away. A read sees each write of this process at once, and those of others as the watch brings them.
 */
export class Directory {
  private readonly accounts = new Map<string, Account>()
  private readonly spaces = new Map<string, Space>()
  private readonly inboxesById = new Map<string, Inbox>()
  private readonly inboxesByAddress = new Map<string, Inbox>()
  private readonly keysByHash = new Map<string, ApiKey>()

  private constructor(private readonly bucket: KV) {}

  /** Reads the whole bucket, then keeps watching it. */
  static async open(bucket: KV): Promise<Directory> {
    const directory = new Directory(bucket)
    const watch = await bucket.watch()
    await new Promise<void>((resolve, reject) => {
      const follow = async (): Promise<void> => {
        const { values } = await bucket.status()
        if (values === 0) resolve()
        for await (const entry of watch) {
          const [kind = '', id = ''] = entry.key.split('.')
          if (entry.operation === 'PUT') directory.learn(kind, entry.json())
          else directory.forget(kind, id)
          if (entry.delta === 0) resolve()
        }
      }
      follow().catch(reject)
    })
    return directory
  }

  private learn(kind: string, value: unknown): void {
    if (kind === 'account') this.learnAccount(account.parse(value))
    if (kind === 'space') this.learnSpace(space.parse(value))
    if (kind === 'inbox') this.learnInbox(inbox.parse(value))
    if (kind === 'key') this.learnKey(apiKey.parse(value))
  }

  private learnAccount(value: Account): void {
    this.accounts.set(value.id, value)
  }

  private learnSpace(value: Space): void {
    this.spaces.set(value.id, value)
  }

  private learnInbox(value: Inbox): void {
    this.forgetInbox(value.id)
    this.inboxesById.set(value.id, value)
    for (const address of [value.address, ...value.aliases]) this.inboxesByAddress.set(address.toLowerCase(), value)
  }

  private learnKey(value: ApiKey): void {
    this.keysByHash.set(value.hash, value)
  }

  private forgetInbox(id: string): void {
    const old = this.inboxesById.get(id)
    if (old === undefined) return
    this.inboxesById.delete(id)
    for (const address of [old.address, ...old.aliases]) this.inboxesByAddress.delete(address.toLowerCase())
  }

  private forget(kind: string, id: string): void {
    if (kind === 'account') this.accounts.delete(id)
    if (kind === 'space') this.spaces.delete(id)
    if (kind === 'inbox') this.forgetInbox(id)
    if (kind === 'key') for (const key of this.keysByHash.values()) if (key.id === id) this.keysByHash.delete(key.hash)
  }

  private async put(kind: Kind, id: string, value: unknown): Promise<void> {
    const checked = kinds[kind].parse(value)
    await this.bucket.put(`${kind}.${id}`, JSON.stringify(checked))
    this.learn(kind, checked)
  }

  putAccount(value: Account): Promise<void> {
    return this.put('account', value.id, value)
  }
  putSpace(value: Space): Promise<void> {
    return this.put('space', value.id, value)
  }
  putInbox(value: Inbox): Promise<void> {
    return this.put('inbox', value.id, value)
  }
  putKey(value: ApiKey): Promise<void> {
    return this.put('key', value.id, value)
  }

  account(id: AccountId): Account | undefined {
    return this.accounts.get(id)
  }
  space(id: SpaceId): Space | undefined {
    return this.spaces.get(id)
  }
  inbox(id: InboxId | string): Inbox | undefined {
    return this.inboxesById.get(id)
  }
  /** All inboxes, or those of one space. */
  inboxes(ofSpace?: SpaceId): Inbox[] {
    return [...this.inboxesById.values()].filter((one) => ofSpace === undefined || one.space === ofSpace)
  }
  /** By address or alias; the whole address is compared without case. */
  inboxByAddress(address: string): Inbox | undefined {
    return this.inboxesByAddress.get(address.toLowerCase())
  }
  keyByHash(hash: string): ApiKey | undefined {
    return this.keysByHash.get(hash)
  }
}
