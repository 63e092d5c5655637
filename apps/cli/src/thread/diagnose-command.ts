import type { Command } from 'commander'
import { complain, FILES, orSay } from './file-command.js'

export const addDiagnoseCommand = (program: Command): void => {
  program
    .command('diagnose')
    .description('check what keeps mails in their thread, among the mails of files, and say how to mend what is broken')
    .argument('<path...>', FILES)
    .option('--id <message-id>', 'only the mail with this Message-ID')
    .option('--json', 'one JSON line a mail')
    .action(async (paths: string[], { id, json = false }: { id?: string; json?: boolean }) => {
      const { runDiagnose } = await import('./run-diagnose.js')
      await orSay(() => runDiagnose({ paths, id: id ?? null, json, out: process.stdout, complain }))
    })
}
