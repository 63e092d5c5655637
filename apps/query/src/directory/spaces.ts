import { accountId, spaceId, type SpaceId } from '@skein/events'
import { badRequest, mayUse, mayUseSpace, notFound, type CallerOf, type Chance } from '@skein/http'
import type { Directory, Space } from '@skein/log'
import { rulesProblems } from '@skein/threading'
import { z } from 'zod'
import { newId } from './new-id.js'
import { nextCursor, pageOf, type PageQuery } from './pages.js'
import { conflict, needWholeAccount, ofAccount } from './rights.js'
import { title } from './well-formed.js'

const rules = z.string().max(40).describe('Name of the rule set that threads the mail of the space.')
const policies = z.record(z.string().max(40), z.string().max(4_000)).describe('What the rule set leaves to be chosen.')

export const newSpace = z.strictObject({ name: title, rules: rules.default('skein'), policies: policies.default({}) })
export type NewSpace = z.infer<typeof newSpace>
export const spacePatch = z.strictObject({
  name: title.optional(),
  rules: rules.optional(),
  policies: policies.optional(),
})
export type SpacePatch = z.infer<typeof spacePatch>

export const spaceJson = z.object({
  id: spaceId,
  account: accountId,
  name: z.string(),
  rules: z.string(),
  policies: z.record(z.string(), z.string()),
})
export type SpaceJson = z.infer<typeof spaceJson>
export const spaceList = z.object({ spaces: z.array(spaceJson), next_cursor: nextCursor })
export type SpaceList = z.infer<typeof spaceList>

/** A key sees the spaces that it may use, and those that an inbox of its is in. */
const sees = (directory: Directory, caller: CallerOf, { id, account }: Space): boolean =>
  account === caller.account &&
  (mayUseSpace(caller, id) || directory.inboxes(id).some((inbox) => mayUse(caller, inbox)))

const seen = (directory: Directory, caller: CallerOf, id: string): Space => {
  const space = ofAccount(directory.get('space', id), caller.account, 'space', id)
  if (!sees(directory, caller, space)) throw notFound('space', id)
  return space
}

/** @throws Problem 400 for rules or policies that there are not */
const checkRules = (space: Pick<Space, 'rules' | 'policies'>): void => {
  const [problem] = rulesProblems(space.rules, space.policies)
  if (!problem) return
  const field = problem.field === 'rules' ? 'rules' : `policies.${problem.field}`
  const fix = problem.fix.charAt(0).toUpperCase() + problem.fix.slice(1)
  throw badRequest(`${field}: ${problem.detail}.`, { field, fix: `${fix}.`, in: 'body' })
}

export const listSpaces = (directory: Directory, caller: CallerOf, query: PageQuery): SpaceList => {
  const { page, next_cursor } = pageOf(
    directory.all('space').filter((space) => sees(directory, caller, space)),
    query,
  )
  return { spaces: [...page], next_cursor }
}

export const getSpace = (directory: Directory, caller: CallerOf, id: string): SpaceJson => seen(directory, caller, id)

export const makeSpace = async (
  directory: Directory,
  caller: CallerOf,
  body: NewSpace,
  chance: Chance,
): Promise<SpaceJson> => {
  needWholeAccount(caller)
  checkRules(body)
  return directory.put('space', { id: newId<SpaceId>('spc', chance), account: caller.account, ...body })
}

/** Other rules hold for mail that comes from then on: what was decided stays. */
export const changeSpace = async (
  directory: Directory,
  caller: CallerOf,
  id: string,
  patch: SpacePatch,
): Promise<SpaceJson> => {
  const space = seen(directory, caller, id)
  if (!mayUseSpace(caller, space.id)) needWholeAccount(caller)
  const changed = await directory.change('space', id, (now) => {
    const { name = now.name, rules: ruleSet = now.rules, policies: chosen = now.policies } = patch
    checkRules({ rules: ruleSet, policies: chosen })
    return { ...now, name, rules: ruleSet, policies: chosen }
  })
  if (!changed) throw notFound('space', id)
  return changed
}

/** Its mail stays in the log and can be read by keys of the whole account. @throws Problem 409 while it has inboxes */
export const removeSpace = async (directory: Directory, caller: CallerOf, id: string): Promise<void> => {
  const space = seen(directory, caller, id)
  needWholeAccount(caller)
  const inboxes = directory.inboxes(space.id)
  if (inboxes.length > 0) {
    const detail = `${id} has ${inboxes.length} inbox(es), ${inboxes[0]?.id} among them.`
    throw conflict('space-in-use', detail, { fix: 'Delete its inboxes first.' })
  }
  await directory.delete('space', space.id)
}
