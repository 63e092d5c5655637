import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { directoryKinds, readStream, type DirectoryKind, type Log, type StoredRecord } from '@skein/log'
import { eventStream, mailStream } from '@skein/events'
import { logAt, placeOf, type InstanceOptions } from '../instance-place.js'
import { backupPlace, type BackupPlace } from './backup-place.js'
import { MANIFEST, readManifest, sha256, type Manifest, type Segment } from './manifest.js'
import { packed } from './segment.js'

export interface BackupOptions extends InstanceOptions {
  to: string
  json: boolean
}

/** Octets of messages in one file at most. */
const SEGMENT_BYTES = 32 * 1024 * 1024
const MARKS = ['ce-chain', 'skein-sha256'] as const

/** What tells a message from the one that another log has in its place. */
export const markOf = ({ headers, data }: Pick<StoredRecord, 'headers' | 'data'>): string => {
  const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  return MARKS.map((name) => named[name]).find((value) => value !== undefined) ?? sha256(data)
}

type StreamBackup = Manifest['streams'][string]

/** @throws Error where the stream does not hold the message that the backup ended with */
const checkSameLog = async (log: Log, stream: string, before: StreamBackup, place: BackupPlace): Promise<number> => {
  const last = before.segments.at(-1)?.last ?? 0
  if (last === 0) return 0
  for await (const [found] of readStream(await log.js.jetstreamManager(), stream, last - 1)) {
    if (found?.sequence === last && markOf(found) === before.mark) return last
    break
  }
  throw new Error(
    `${place.name} holds the backup of another log: ${stream} has another message at ${last}. Name an empty place.`,
  )
}

interface Taken {
  stream: StreamBackup
  /** The last input that one of the events goes back to; 0 where no new one does. */
  input: number
}

const inputOf = ({ headers }: StoredRecord): number =>
  Number(/^input \S+ (\d+)$/.exec(headers['ce-cause'] ?? '')?.[1] ?? 0)

/** What is new in a stream, up to and with `until`. */
const backupStream = async (
  log: Log,
  stream: string,
  before: StreamBackup,
  place: BackupPlace,
  until = Infinity,
): Promise<Taken> => {
  const after = await checkSameLog(log, stream, before, place)
  const segments: Segment[] = [...before.segments]
  let { mark } = before
  let input = 0
  let records: StoredRecord[] = []
  let bytes = 0
  const flush = async (): Promise<void> => {
    const [first, last] = [records[0], records.at(-1)]
    if (first === undefined || last === undefined) return
    const content = await packed(records)
    const file = `${stream}/${String(first.sequence).padStart(12, '0')}.jsonl.zst`
    await place.write(file, content)
    const { sequence } = last
    segments.push({ file, sha256: sha256(content), first: first.sequence, last: sequence, messages: records.length })
    mark = markOf(last)
    records = []
    bytes = 0
  }
  for await (const batch of readStream(await log.js.jetstreamManager(), stream, after)) {
    for (const record of batch.filter(({ sequence }) => sequence <= until)) {
      records.push(record)
      bytes += record.data.length
      input = Math.max(input, inputOf(record))
      if (bytes >= SEGMENT_BYTES) await flush()
    }
    if ((batch.at(-1)?.sequence ?? 0) >= until) break
  }
  await flush()
  return { stream: { segments, mark }, input }
}

const directoryOf = (log: Log): Buffer => {
  const kinds = Object.keys(directoryKinds) as DirectoryKind[]
  return Buffer.from(JSON.stringify(Object.fromEntries(kinds.map((kind) => [kind, log.directory.all(kind)])), null, 1))
}

const EMPTY: StreamBackup = { segments: [], mark: '' }

const total = (streams: Manifest['streams']): number =>
  Object.values(streams)
    .flatMap(({ segments }) => segments)
    .reduce((sum, { messages }) => sum + messages, 0)

/**
 * Brings a backup up to date: what came since the last one goes into new files. The instance may run meanwhile: the backup is of
 * the moment of its last event. Notes about what is parked change in place, and are taken anew each time.
 */
export const backupLog = async (
  log: Log,
  dataDir: string | null,
  place: BackupPlace,
): Promise<{ manifest: Manifest; added: number }> => {
  const before = await readManifest(place)
  if (before !== null && before.partitions !== log.partitions)
    throw new Error(
      `${place.name} holds a backup of ${before.partitions} partitions; this instance has ${log.partitions}`,
    )
  const streams: Manifest['streams'] = { PARKED: (await backupStream(log, 'PARKED', EMPTY, place)).stream }
  for (let partition = 0; partition < log.partitions; partition++) {
    const [events, mail] = [eventStream(partition), mailStream(partition)]
    const taken = await backupStream(log, events, before?.streams[events] ?? EMPTY, place)
    const inputs = before?.streams[mail] ?? EMPTY
    // mail that came after the last event of the backup belongs to the next one: nothing in it is undecided
    const until = Math.max(taken.input, inputs.segments.at(-1)?.last ?? 0)
    streams[events] = taken.stream
    streams[mail] = (await backupStream(log, mail, inputs, place, until)).stream
  }
  const takenAt = new Date().toISOString()
  const files = { directory: directoryOf(log), instance: await instanceFile(dataDir) }
  const named = async (name: string, content: Buffer) => {
    const file = `${name}-${takenAt.replaceAll(':', '')}.json`
    await place.write(file, content)
    return { file, sha256: sha256(content) }
  }
  const made: Manifest = {
    format: 'skein-backup-1',
    takenAt,
    partitions: log.partitions,
    streams,
    directory: await named('directory', files.directory),
    instance: files.instance === null ? null : await named('instance', files.instance),
  }
  await place.write(MANIFEST, Buffer.from(JSON.stringify(made, null, 1)))
  return { manifest: made, added: total(streams) - (before === null ? 0 : total(before.streams)) }
}

const instanceFile = async (dataDir: string | null): Promise<Buffer | null> =>
  dataDir === null ? null : readFile(join(dataDir, 'instance.json')).catch(() => null)

/** `skein ops backup` */
export const backup = async (options: BackupOptions): Promise<void> => {
  const target = backupPlace(options.to)
  const place = await placeOf(options)
  try {
    const log = await logAt(place, 'skein-backup')
    try {
      const { manifest, added } = await backupLog(log, options.natsUrl === undefined ? options.dataDir : null, target)
      const result = { place: target.name, messages: total(manifest.streams), added, takenAt: manifest.takenAt }
      const secret =
        manifest.instance === null
          ? 'Keep SKEIN_SECRET beside it: what the directory has sealed opens with nothing else.'
          : 'It holds the secret of the instance: keep it as safe as the mail itself.'
      process.stdout.write(
        options.json
          ? `${JSON.stringify(result)}\n`
          : `${result.messages} messages of the log are in ${target.name}, ${added} of them new. ${secret}\n`,
      )
    } finally {
      await log.close()
    }
  } finally {
    await place.leave()
  }
}
