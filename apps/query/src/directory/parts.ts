import type { Directory, Secrets } from '@skein/log'

/** What the calls of the directory work with. */
export interface DirectoryParts {
  readonly directory: Directory
  readonly secrets: Pick<Secrets, 'seal' | 'open'>
  /** Whether webhooks may go to plain HTTP, as networks that are trusted have it. */
  readonly privateWebhooks: boolean
}
export const DIRECTORY = Symbol('DIRECTORY')
