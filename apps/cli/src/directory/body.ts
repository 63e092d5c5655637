import type { Field } from './kinds.js'

/** The name under which commander hands a flag over: `--catch-all <domain>` as `catchAll`, `--no-plus` as `plus`. */
const optionOf = ({ flag }: Field): string =>
  (/^--(?:no-)?([\w-]+)/.exec(flag)?.[1] ?? '').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

const isGiven = (field: Field, flags: Readonly<Record<string, unknown>>): boolean => {
  const value = flags[optionOf(field)]
  return field.bare === undefined ? value !== undefined : value === !field.flag.startsWith('--no-')
}

const valueOf = async (field: Field, given: unknown): Promise<unknown> => {
  if (field.bare !== undefined) return field.bare
  if (!Array.isArray(given)) return field.of(String(given))
  const values = await Promise.all(given.filter((one) => one !== '').map((one) => field.of(String(one))))
  const isPairs = values.length > 0 && values.every((one) => Array.isArray(one))
  return isPairs ? Object.fromEntries(values as [string, string][]) : values
}

/** The body of a call from the flags that were given; what was not given is not in it. */
export const bodyOf = async (
  fields: readonly Field[],
  flags: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> => {
  const body: Record<string, unknown> = {}
  for (const field of fields) {
    if (!isGiven(field, flags)) continue
    const [member = '', inner] = field.member.split('.')
    const value = await valueOf(field, flags[optionOf(field)])
    if (inner === undefined) body[member] = value
    else body[member] = { ...(body[member] as object | undefined), [inner]: value }
  }
  return body
}
