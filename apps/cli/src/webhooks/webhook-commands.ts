import { InvalidArgumentError, type Command } from 'commander'
import { withApi } from '../directory/directory-commands.js'
import type { ApiFlags } from '../directory/run-directory.js'

export interface AttemptFlags extends ApiFlags {
  readonly event?: string
  readonly limit: number
}
export interface ReplayFlags extends ApiFlags {
  readonly event?: string
  readonly from?: string
  readonly to?: string
}

const whole = (text: string): number => {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It takes a whole number from 1 on.')
}

/** `skein webhooks attempts | replay | test`, beside what the directory does with webhooks. */
export const addWebhookCommands = (program: Command): void => {
  const webhooks = program.commands.find((command) => command.name() === 'webhooks') ?? program.command('webhooks')
  const load = () => import('./run-webhooks.js')
  withApi(webhooks.command('attempts').description('what was tried with a webhook, newest first'))
    .argument('<id>')
    .option('--event <event>', 'only of this event: its id, or its position')
    .option('--limit <number>', 'so many at most', whole, 50)
    .action(async (id: string, flags: AttemptFlags) => (await load()).listAttempts(id, flags))
  withApi(webhooks.command('replay').description('send events to a webhook again, under the ids that they had'))
    .argument('<id>')
    .option('--event <event>', 'one event: its id, or its position')
    .option('--from <place>', 'a range: the position of the first, or a time')
    .option('--to <place>', 'the last, of the same kind; without it, all up to now')
    .action(async (id: string, flags: ReplayFlags) => (await load()).replayEvents(id, flags))
  withApi(webhooks.command('test').description('send a test event, and say what came back'))
    .argument('<id>')
    .action(async (id: string, flags: ApiFlags) => (await load()).sendTest(id, flags))
}
