import { Controller, Get, Inject, Query } from '@nestjs/common'
import { accountId, inboxId, spaceId } from '@skein/events'
import { Caller, Describe, type CallerOf } from '@skein/http'
import { z } from 'zod'
import { noQuery } from '../params.js'
import { DIRECTORY, type DirectoryParts } from './parts.js'

const meJson = z.object({
  key: z.string(),
  scopes: z.array(z.string()),
  spaces: z.array(spaceId).nullable(),
  inboxes: z.array(inboxId).nullable(),
  instance: z.boolean(),
  expires_at: z.string().nullable(),
  account: z.object({ id: accountId, name: z.string().nullable() }),
})

/** Who the caller is, and what it may do. */
@Controller('v1/me')
export class MeController {
  constructor(@Inject(DIRECTORY) private readonly parts: DirectoryParts) {}

  @Get()
  @Describe({ summary: 'Whose key this is, and what it may do', tag: 'api-keys', answers: { 200: meJson } })
  me(@Caller() caller: CallerOf, @Query({ schema: noQuery }) _: object): z.infer<typeof meJson> {
    const { directory } = this.parts
    const { key, scopes, spaces, inboxes, instance } = caller
    return {
      key,
      scopes: [...scopes],
      spaces: spaces && [...spaces],
      inboxes: inboxes && [...inboxes],
      instance,
      expires_at: directory.get('key', key)?.expiresAt ?? null,
      account: { id: caller.account, name: directory.account(caller.account)?.name ?? null },
    }
  }
}
