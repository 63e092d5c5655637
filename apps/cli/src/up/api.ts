import type { z } from 'zod'

/** Where the HTTP API is, and the key to it. */
export interface Api {
  url: string
  key: string
}

/** A GET with the key; the JSON that came. @throws Error with the problem's own words */
export const getJson = async <T>({ url, key }: Api, path: string, shape: z.ZodType<T>): Promise<T> => {
  const answer = await fetch(new URL(path, url), { headers: { authorization: `Bearer ${key}` } })
  const body: unknown = await answer.json()
  if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${JSON.stringify(body)}`)
  return shape.parse(body)
}
