import { batchRuleSetNames, policyProblems, ruleSetNames } from '@skein/threading'
import { InvalidArgumentError, type Command } from 'commander'
import { withApi } from '../directory/directory-commands.js'
import type { ApiFlags } from '../directory/run-directory.js'
import { addDiagnoseCommand } from './diagnose-command.js'
import { complain, FILES, orSay } from './file-command.js'
import { addSimulateCommand } from './simulate-command.js'

const isKnown = (name: string): boolean => batchRuleSetNames.some((known) => known === name)

const ruleSetName = (name: string): string => {
  if (!isKnown(name)) throw new InvalidArgumentError(`Rule sets are ${batchRuleSetNames.join(', ')}.`)
  return name
}

const addPolicy = (given: string, before: Record<string, string>): Record<string, string> => {
  const [name, value] = given.split('=', 2)
  if (name === undefined || value === undefined) throw new InvalidArgumentError('Write it as name=value.')
  const [problem] = policyProblems({ [name]: value })
  if (problem) throw new InvalidArgumentError(`${problem.detail}: ${problem.fix}.`)
  return { ...before, [name]: value }
}

interface RuleFlags {
  rules: string
  policy: Record<string, string>
}

/** The options that choose the rules, the same for all commands that thread. */
const withRules = (command: Command): Command =>
  command
    .option('--rules <name>', `rule set: ${batchRuleSetNames.join(', ')}`, ruleSetName, 'skein')
    .option('--policy <name=value>', 'a policy of the rule set; may be given several times', addPolicy, {})

/** The id of a stored thread; no file of mail is called so. */
const THREAD_ID = /^thr_[a-z0-9]{1,64}$/

const addThreadCommand = (program: Command): void => {
  withApi(withRules(program.command('thread')))
    .description(
      'show one thread of an instance; or thread the mail of files, without any server: one JSON line a mail',
    )
    .argument('<what...>', `id of a thread (thr_…), or ${FILES}`)
    .option('--tree', 'of files: draw the threads instead')
    .action(async (paths: string[], flags: RuleFlags & ApiFlags & { tree?: true }) => {
      const [id = ''] = paths
      if (paths.length === 1 && THREAD_ID.test(id))
        return (await import('../client/show-thread.js')).showThread(id, flags)
      const { runThread } = await import('./run-thread.js')
      const { rules, policy: policies, tree = false } = flags
      await orSay(() => runThread({ paths, rules, policies, tree, out: process.stdout, complain }))
    })
}

const incrementalName = (name: string): string => {
  if (!ruleSetNames.some((known) => known === name))
    throw new InvalidArgumentError(`Mail by mail decide ${ruleSetNames.join(', ')}.`)
  return name
}

const addExplainCommand = (program: Command): void => {
  program
    .command('explain')
    .description('say why a mail is in its thread, among the mails of files')
    .argument('<path...>', FILES)
    .requiredOption('--id <message-id>', 'the mail, by its Message-ID')
    .option('--rules <name>', `rule set: ${ruleSetNames.join(', ')}`, incrementalName, 'skein')
    .option('--policy <name=value>', 'a policy of the rule set; may be given several times', addPolicy, {})
    .option('--json', 'one JSON object instead of sentences')
    .action(async (paths: string[], flags: RuleFlags & { id: string; json?: true }) => {
      const { runExplain } = await import('./run-explain.js')
      const { id, rules, policy: policies, json = false } = flags
      await orSay(() => runExplain({ paths, id, rules, policies, json, out: process.stdout, complain }))
    })
}

/** The commands that work on files alone. */
export const addThreadCommands = (program: Command): void => {
  addThreadCommand(program)
  addExplainCommand(program)
  addSimulateCommand(program)
  addDiagnoseCommand(program)
}
