import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MessageId, SpaceId } from '@skein/events'
import { directoryKinds, fillStream, type DirectoryKind, type Log } from '@skein/log'
import { isSendEvent, sendingAfter, type OutgoingRow } from '@skein/threading'
import { z } from 'zod'
import { logAt, placeOf, type InstanceOptions } from '../instance-place.js'
import { backupPlace, type BackupPlace } from './backup-place.js'
import { readChecked, readManifest, type Manifest } from './manifest.js'
import { unpacked } from './segment.js'

export interface RestoreOptions extends InstanceOptions {
  from: string
  /** Only read the backup and check it. */
  check: boolean
  json: boolean
}

/** @throws Error in words where there is none */
const manifestIn = async (place: BackupPlace): Promise<Manifest> => {
  const found = await readManifest(place)
  if (found === null) throw new Error(`${place.name}: there is no backup here (no manifest.json)`)
  return found
}

/** Reads every file of a backup. @throws Error with the first that is missing or damaged */
export const checkBackup = async (place: BackupPlace): Promise<{ files: number; messages: number }> => {
  const { streams, directory, instance } = await manifestIn(place)
  let [files, messages] = [0, 0]
  for (const { segments } of Object.values(streams))
    for (const segment of segments) {
      const records = await unpacked(await readChecked(place, segment))
      if (records.length !== segment.messages)
        throw new Error(`${place.name}: ${segment.file} holds ${records.length} messages, not ${segment.messages}`)
      files++
      messages += records.length
    }
  for (const one of [directory, ...(instance === null ? [] : [instance])]) {
    await readChecked(place, one)
    files++
  }
  return { files, messages }
}

/** @throws Error where something is in the log already, or somebody may write to it */
const checkEmpty = async (log: Log, { streams, partitions }: Manifest): Promise<void> => {
  if (partitions !== log.partitions)
    throw new Error(`the backup has ${partitions} partitions: set SKEIN_PARTITIONS=${partitions} for every service`)
  for (const stream of Object.keys(streams)) {
    const { last } = await log.streamState(stream)
    if (last > 0) throw new Error(`${stream} is not empty: a backup is restored into a new instance only`)
  }
  for (let partition = 0; partition < partitions; partition++) {
    const holder = await log.holderOf(`threader.${partition}`)
    if (holder !== null) throw new Error(`${holder} writes partition ${partition}: stop the services first`)
  }
}

async function* recordsOf(place: BackupPlace, segments: Manifest['streams'][string]['segments']) {
  for (const segment of segments) yield await unpacked(await readChecked(place, segment))
}

const restoreDirectory = async (log: Log, content: Buffer): Promise<number> => {
  const entries = z.record(z.string(), z.array(z.unknown())).parse(JSON.parse(content.toString('utf8')))
  let count = 0
  for (const kind of Object.keys(directoryKinds) as DirectoryKind[])
    for (const entry of entries[kind] ?? []) {
      await log.directory.put(kind, directoryKinds[kind].parse(entry))
      count++
    }
  return count
}

/** Fills an empty log and directory from a backup, under the same sequences. Nothing is decided anew, and nothing is sent. */
export const restoreLog = async (
  log: Log,
  place: BackupPlace,
): Promise<{ messages: number; entries: number; held: number }> => {
  const manifest = await manifestIn(place)
  await checkEmpty(log, manifest)
  let messages = 0
  for (const [stream, { segments }] of Object.entries(manifest.streams))
    messages += await fillStream(log.js, stream, recordsOf(place, segments))
  const entries = await restoreDirectory(log, await readChecked(place, manifest.directory))
  return { messages, entries, held: await holdOpenSends(log) }
}

/**
 * Mail that waited to be sent when the backup was taken may have left since: it is noted as of unknown outcome, so that a person
 * decides. Where the mail asks for it, it is sent again under its own id.
 */
const holdOpenSends = async (log: Log): Promise<number> => {
  let held = 0
  for (let partition = 0; partition < log.partitions; partition++) {
    const open = new Map<MessageId, { row: OutgoingRow; space: SpaceId }>()
    for await (const batch of log.readEvents(partition, 0, await log.endOfEvents(partition)))
      for (const event of batch) {
        if (!isSendEvent(event)) continue
        const row = sendingAfter(open.get(event.data.message)?.row, event)
        if (row !== undefined) open.set(event.data.message, { row, space: event.space })
      }
    for (const { row, space } of open.values()) {
      if (row.state !== 'queued' && row.state !== 'deferred') continue
      const reason = 'restored from a backup: it may have left since that was taken'
      const at = new Date().toISOString()
      await log.noteDelivery({
        v: 1,
        message: row.message,
        space,
        attempt: row.attempt + 1,
        at,
        outcome: 'unknown',
        reason,
      })
      held++
    }
  }
  return held
}

/** The instance's own file, before anything is started on the folder. */
const restoreInstance = async (place: BackupPlace, dataDir: string): Promise<void> => {
  const { instance } = await manifestIn(place)
  const path = join(dataDir, 'instance.json')
  if (instance === null || existsSync(path)) return
  await mkdir(dataDir, { recursive: true })
  await writeFile(path, await readChecked(place, instance), { mode: 0o600 })
}

/** `skein ops restore` */
export const restore = async (options: RestoreOptions): Promise<void> => {
  const source = backupPlace(options.from)
  const say = (result: object, words: string): void =>
    void process.stdout.write(`${options.json ? JSON.stringify(result) : words}\n`)
  const checked = await checkBackup(source)
  if (options.check) return say(checked, `The backup is whole: ${checked.messages} messages in ${checked.files} files.`)
  if (options.natsUrl === undefined) await restoreInstance(source, options.dataDir)
  const place = await placeOf(options)
  try {
    const log = await logAt(place, 'skein-restore')
    const result = await restoreLog(log, source).finally(() => log.close())
    const held =
      result.held === 0
        ? ''
        : ` ${result.held} mails that waited to be sent are held as unknown: GET /v1/outbox?state=unknown lists them.`
    const next = `Views and index are made from it when the services start.${held}`
    say(result, `${result.messages} messages and ${result.entries} entries of the directory are back. ${next}`)
  } finally {
    await place.leave()
  }
}
