import { clientNames, isClientName, type ClientName } from '@skein/threading'
import { InvalidArgumentError, type Command } from 'commander'
import { complain, FILES, orSay } from './file-command.js'

const clientsNamed = (name: string): readonly ClientName[] => {
  if (name === 'all') return clientNames
  if (!isClientName(name)) throw new InvalidArgumentError(`Clients are ${clientNames.join(', ')} and all.`)
  return [name]
}

export const addSimulateCommand = (program: Command): void => {
  program
    .command('simulate')
    .description('show how mail clients group the mails of files, which rule decides, and how sure it is')
    .argument('<path...>', FILES)
    .option('--client <name>', `${clientNames.join(', ')} or all`, clientsNamed, clientNames)
    .option('--json', 'one JSON line a mail and client')
    .action(async (paths: string[], { client: clients, json = false }: { client: ClientName[]; json?: boolean }) => {
      const { runSimulate } = await import('./run-simulate.js')
      await orSay(() => runSimulate({ paths, clients, json, out: process.stdout, complain }))
    })
}
