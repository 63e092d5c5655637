import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { ApiFlags } from '../directory/run-directory.js'
import { fromEnvironment } from '../instance-place.js'
import type { ReplayAsked } from './replay-range.js'
import type { LookOptions } from './status-watch.js'

interface LookFlags {
  data: string
  json?: true
  watch?: true
}

interface ReplayFlags extends ReplayAsked, ApiFlags {
  toSubject?: string
  toWebhook?: string
}

const withData = (command: Command): Command =>
  command.option('--data <folder>', 'data folder of the instance on this machine', process.env['SKEIN_DATA'] ?? 'data')

const withLook = (command: Command): Command =>
  withData(command)
    .option('--json', 'JSON instead of a table; with --watch one line each time')
    .option('--watch', 'again every two seconds, until Ctrl-C')

const lookOptions = ({ data, json, watch }: LookFlags): LookOptions => ({
  dataDir: resolve(data),
  ...fromEnvironment(),
  json: json ?? false,
  watch: watch ?? false,
})

const collected = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value]

const addReplay = (ops: Command): void => {
  withData(
    ops
      .command('replay')
      .description('events of the log once more: as JSON lines, to a subject of the bus, or to one webhook'),
  )
    .option('--partition <p>', 'only this partition')
    .option('--from <n>', 'from this sequence of the partition on')
    .option('--to <n>', 'up to and with this sequence')
    .option('--since <time>', 'stored at or after this time (ISO 8601)')
    .option('--until <time>', 'stored before this time')
    .option('--space <id>', 'only this space')
    .option('--inbox <inbox>', 'only what names this inbox or a message that it has; id or address')
    .option('--thread <id>', 'only this thread, with all that were merged into it')
    .option('--type <type>', 'only events of this type; repeat it', collected)
    .option('--to-subject <subject>', 'publish them there: skein.replay.<name>, or a subject that is not ours')
    .option('--to-webhook <id>', 'have the outbox send them to this webhook again (by the API)')
    .option('--url <url>', 'for --to-webhook: address of the API', process.env['SKEIN_URL'])
    .option('--key <key>', 'for --to-webhook: API key', process.env['SKEIN_API_KEY'])
    .option('--json', 'for --to-webhook: JSON instead of words')
    .action(async (flags: ReplayFlags) => {
      const { data, url, key, json, toSubject, toWebhook, ...asked } = flags
      if (toSubject !== undefined && toWebhook !== undefined) throw new Error('name one target')
      if (toWebhook !== undefined) {
        const api = { data, ...(url && { url }), ...(key && { key }), ...(json && { json }) }
        return (await import('./replay-webhook.js')).replayToWebhook(toWebhook, asked, api)
      }
      const { replay } = await import('./replay.js')
      await replay({ dataDir: resolve(data), ...fromEnvironment(), asked, toSubject })
    })
}

/** `skein ops status | lag | streams | replay`: looking at an instance, which changes nothing. */
export const addLookingCommands = (ops: Command): void => {
  withLook(ops.command('status').description('services, writers, streams, how far the views are, what waits')).action(
    async (flags: LookFlags) => (await import('./status.js')).showStatus(lookOptions(flags)),
  )
  withLook(ops.command('lag').description('how far views, index and webhooks are behind the log')).action(
    async (flags: LookFlags) => (await import('./lag.js')).showLag(lookOptions(flags)),
  )
  withLook(ops.command('streams').description('every stream: messages, octets, first and last')).action(
    async (flags: LookFlags) => (await import('./streams.js')).showStreams(lookOptions(flags)),
  )
  addReplay(ops)
}
