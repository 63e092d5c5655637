import type { Command } from 'commander'
import { bodyOf } from './body.js'
import { kinds, type Field, type Kind } from './kinds.js'
import type { ApiFlags } from './run-directory.js'

const collected = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value]

export const withApi = (command: Command): Command =>
  command
    .option('--url <url>', 'address of the API; without it the instance of the data folder', process.env['SKEIN_URL'])
    .option('--key <key>', 'API key; without it the key of the data folder', process.env['SKEIN_API_KEY'])
    .option('--data <folder>', 'data folder of the instance on this machine', process.env['SKEIN_DATA'] ?? 'data')
    .option('--json', 'JSON instead of words')

const withFields = (command: Command, fields: readonly Field[]): Command => {
  for (const { flag, what, many } of fields)
    if (many) command.option(flag, what, collected)
    else command.option(flag, what)
  return command
}

type Flags = ApiFlags & Readonly<Record<string, unknown>>

/** A flag with a `--no-` twin is on by default for commander, which is not what somebody said. */
const asSaid = (command: Command): Flags =>
  Object.fromEntries(
    Object.entries(command.opts<Flags>()).filter(
      ([name]) => name !== 'plus' || command.getOptionValueSource(name) === 'cli',
    ),
  ) as Flags

const fieldsFor = (kind: Kind, verb: 'add' | 'set'): readonly Field[] =>
  kind.fields.filter(({ only }) => only === undefined || only === verb)

const addKind = (program: Command, kind: Kind): void => {
  const group = program.command(kind.command).description(`list, add, change and remove: ${kind.what}`)
  const load = () => import('./run-directory.js')
  withApi(group.command('list').description('all that the key may see')).action(async (flags: ApiFlags) =>
    (await load()).runList(kind, flags),
  )
  withApi(group.command('show').description(`one: ${kind.what}`).argument('<id>')).action(
    async (id: string, flags: ApiFlags) => (await load()).runShow(kind, flags, id),
  )
  const adding = fieldsFor(kind, 'add')
  withFields(withApi(group.command('add').description(`make ${kind.what}`)), adding).action(
    async (_: unknown, command: Command) => {
      const flags = asSaid(command)
      await (await load()).runAdd(kind, flags, await bodyOf(adding, flags))
    },
  )
  const setting = fieldsFor(kind, 'set')
  withFields(withApi(group.command('set').description('change what is given').argument('<id>')), setting).action(
    async (id: string, _: unknown, command: Command) => {
      const flags = asSaid(command)
      await (await load()).runSet(kind, flags, id, await bodyOf(setting, flags))
    },
  )
  withApi(group.command('remove').description(`remove ${kind.what}`).argument('<id>')).action(
    async (id: string, flags: ApiFlags) => (await load()).runRemove(kind, flags, id),
  )
  if (kind.rotate) addRotate(group, kind, kind.rotate)
}

const addRotate = (group: Command, kind: Kind, { what, fields }: NonNullable<Kind['rotate']>): void => {
  withFields(withApi(group.command('rotate').description(what).argument('<id>')), fields).action(
    async (id: string, _: unknown, command: Command) => {
      const flags = asSaid(command)
      const { runRotate } = await import('./run-directory.js')
      await runRotate(kind, flags, id, await bodyOf(fields, flags))
    },
  )
}

/** `skein accounts | spaces | inboxes | keys | transports | webhooks`: the directory, by the HTTP API. */
export const addDirectoryCommands = (program: Command): void => {
  for (const kind of kinds) addKind(program, kind)
}
