import { badRequest } from '@skein/http'

/** A thread's version as an entity tag (RFC 9110 §8.8.3). */
export const etagOf = (version: number): string => `"${version}"`

/** The version in `If-Match`; `null` where there is none, or `*`. @throws Problem for a tag that we never gave */
export const versionIn = (ifMatch: string | undefined): number | null => {
  if (ifMatch === undefined || ifMatch.trim() === '*') return null
  const version = /^\s*"(\d{1,15})"\s*$/.exec(ifMatch)?.[1]
  if (version !== undefined) return Number(version)
  const fix = 'Send the ETag of the thread as it was given, quotes included.'
  throw badRequest(`If-Match: ${ifMatch.slice(0, 80)} is not a version of a thread.`, { field: 'If-Match', fix })
}

/** Whether `If-None-Match` names this version: who asks has it already (RFC 9110 §13.1.2). */
export const hasVersion = (ifNoneMatch: string | undefined, version: number): boolean =>
  (ifNoneMatch ?? '').split(',').some((tag) => tag.trim().replace(/^W\//, '') === etagOf(version))
