import { z } from 'zod'

const LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?$/u

/** A domain name (RFC 1123 §2.1), also with letters of other scripts; in lower case. */
export const isDomain = (text: string): boolean =>
  text.length <= 253 && text.split('.').every((label) => LABEL.test(label))

/** `local@domain` as people write it: no quotes, no spaces, no comments (RFC 5321 §4.1.2, §4.5.3.1). */
const isAddress = (text: string): boolean => {
  const at = text.lastIndexOf('@')
  const local = text.slice(0, at)
  const isDotted = local.length <= 64 && local.split('.').every((part) => /^[^\s@"(),:;<>[\]\\\p{C}]+$/u.test(part))
  return at > 0 && text.length <= 254 && isDotted && isDomain(text.slice(at + 1))
}

export const domain = z
  .string()
  .trim()
  .toLowerCase()
  .refine(isDomain, 'is not a domain name, such as example.com')
  .meta({ examples: ['example.com'] })

/** The domain goes to lower case; the local part stays as it is, and is compared without case. */
export const address = z
  .string()
  .trim()
  .refine(isAddress, 'is not an address of the form name@example.com')
  .transform((text) => text.slice(0, text.lastIndexOf('@')) + text.slice(text.lastIndexOf('@')).toLowerCase())
  .meta({ examples: ['support@example.com'] })

/** What people call a thing. */
export const title = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, 'has control characters')

/** Each of a list once, whatever its case. */
export const withoutTwins = (names: readonly string[]): string[] => [
  ...new Map(names.map((name) => [name.toLowerCase(), name])).values(),
]
