import type { Run } from '../database.js'
import { CHECKPOINT_OF, type Group } from './groups.js'

/**
 * The definition of the rows: what this code makes of an event. Whoever changes that (a column that is filled otherwise, a rule of
 * counting) adds one here, and the next release makes the tables anew beside the old ones. A migration that only adds an index or
 * a column that stays empty changes nothing here; one that takes away or renames what readers use has to wait for the release
 * after, because until the swap the new readers read the old tables.
 */
export const DEFINITIONS: Readonly<Record<Group, number>> = { views: 3, index: 1 }

/** The tables are of another definition than this code: it reads them, and writes nothing into them. */
export class OtherDefinition extends Error {
  override readonly name = 'OtherDefinition'

  constructor(
    readonly group: Group,
    readonly version: number,
  ) {
    const own = DEFINITIONS[group]
    super(
      version < own
        ? `the tables of the ${group} are of definition ${version}, this release makes ${own}: they wait for a rebuild`
        : `the tables of the ${group} are of definition ${version}, this release makes ${own}: a newer release runs here`,
    )
  }
}

/** A column that says of which definition a group is, for the statement that locks its checkpoint. */
export const definitionColumn = (group: Group): string =>
  `(select version from definition where name = '${group}') as definition`

/** @throws OtherDefinition */
export const requireDefinition = (group: Group, version: number): void => {
  if (version !== DEFINITIONS[group]) throw new OtherDefinition(group, version)
}

/** The checkpoint of a group, which nobody else can move until this transaction ends. @throws OtherDefinition */
export const lockedCheckpoint = async (run: Run, group: Group, partition: number): Promise<number> => {
  const table = CHECKPOINT_OF[group]
  const read = `select sequence, ${definitionColumn(group)} from ${table} where partition = $1 for update`
  let [row] = await run<{ sequence: string; definition: number }>(read, [partition])
  if (row === undefined) {
    await run(`insert into ${table} values ($1, 0, 0) on conflict do nothing`, [partition])
    ;[row] = await run<{ sequence: string; definition: number }>(read, [partition])
  }
  requireDefinition(group, row?.definition ?? 0)
  return Number(row?.sequence)
}

/** The groups that were made by another definition than this code's. */
export const otherDefinitions = async (run: Run): Promise<OtherDefinition[]> => {
  const rows = await run<{ name: Group; version: number }>('select name, version from definition order by name')
  return rows.flatMap(({ name, version }) =>
    version === DEFINITIONS[name] ? [] : [new OtherDefinition(name, version)],
  )
}

/** Tables without an event in them are of the definition of whoever fills them first. */
export const stampEmpty = async (run: Run, schema: string): Promise<void> => {
  for (const { group } of await otherDefinitions(run)) {
    const checkpoint = `"${schema}".${CHECKPOINT_OF[group]}`
    const [found] = await run<{ there: boolean }>('select to_regclass($1) is not null as there', [checkpoint])
    if (found?.there !== true) continue
    await run(`update definition set version = $2 where name = $1 and not exists (select from ${checkpoint})`, [
      group,
      DEFINITIONS[group],
    ])
  }
}
