import { z } from 'zod'

/** Entries of the directory are listed by id, in pages. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  cursor: z.string().min(1).max(100).optional(),
})
export type PageQuery = z.infer<typeof pageQuery>

export const nextCursor = z.string().nullable().describe('What `cursor` takes for the next page; null on the last one.')

/** The page of a list by id that comes after the cursor, which is the last id of the page before. */
export const pageOf = <T extends { readonly id: string }>(
  all: readonly T[],
  { limit, cursor }: PageQuery,
): { page: readonly T[]; next_cursor: string | null } => {
  const rest = cursor === undefined ? all : all.filter(({ id }) => id > cursor)
  const page = rest.slice(0, limit)
  return { page, next_cursor: rest.length > limit ? (page.at(-1)?.id ?? null) : null }
}
