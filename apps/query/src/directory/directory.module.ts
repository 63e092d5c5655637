import type { Provider, Type } from '@nestjs/common'
import { IDEMPOTENCY } from '@skein/http'
import type { Log } from '@skein/log'
import { AccountsController } from './accounts.controller.js'
import { sealedIdempotency } from './idempotency.js'
import { InboxesController } from './inboxes.controller.js'
import { KeysController } from './keys.controller.js'
import { MeController } from './me.controller.js'
import { DIRECTORY, type DirectoryParts } from './parts.js'
import { SpacesController } from './spaces.controller.js'
import { TransportsController } from './transports.controller.js'
import { WebhooksController } from './webhooks.controller.js'

export const directoryControllers: readonly Type[] = [
  MeController,
  AccountsController,
  SpacesController,
  InboxesController,
  KeysController,
  TransportsController,
  WebhooksController,
]

/** What the calls of the directory need of a module. */
export const directoryProviders = (log: Log, privateWebhooks: boolean): Provider[] => [
  {
    provide: DIRECTORY,
    useValue: { directory: log.directory, secrets: log.secrets, privateWebhooks } satisfies DirectoryParts,
  },
  { provide: IDEMPOTENCY, useValue: sealedIdempotency(log.idempotency, log.secrets) },
]
