import { SetMetadata } from '@nestjs/common'
import type { z } from 'zod'

/** What the API's description says of a call, beside what its decorators and schemas say by themselves. */
export interface Description {
  /** One line, as a command: `List threads`. */
  readonly summary: string
  /** A paragraph, where one line does not do. */
  readonly detail?: string
  /** The part of the API that it stands under: `threads`, `sending` … */
  readonly tag: string
  /** What it answers, by status; `null` for an answer without a JSON body. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>
  /** Media type of an answer that is not JSON, or not always. */
  readonly answerType?: string
  /** Body of a call that does not take JSON: its media types. */
  readonly bodyTypes?: readonly string[]
  /** What the JSON among those is like, where the call reads its body itself. */
  readonly body?: z.ZodType
  /** It takes an `Idempotency-Key`; where `@Idempotent()` says so that is known without. */
  readonly idempotent?: boolean
  /** The answer has an `ETag`; where the call takes `If-Match` that is known without. */
  readonly etag?: boolean
}

export const DESCRIPTION = 'skein:description'
/** Says what the API's description (OpenAPI) says of a call. */
export const Describe = (description: Description) => SetMetadata(DESCRIPTION, description)
