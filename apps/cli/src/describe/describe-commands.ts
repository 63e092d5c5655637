import type { Command } from 'commander'

/** `skein openapi` and `skein asyncapi`: what the API and the bus are, for generators of clients. */
export const addDescribeCommands = (program: Command): void => {
  program
    .command('openapi')
    .description('print the OpenAPI 3.1 document of the HTTP API')
    .action(async () => {
      const { describedApi, documentText } = await import('./documents.js')
      process.stdout.write(documentText(describedApi()))
    })
  program
    .command('asyncapi')
    .description('print the AsyncAPI 3.0 document of the bus')
    .action(async () => {
      const { describedBus, documentText } = await import('./documents.js')
      process.stdout.write(documentText(describedBus()))
    })
}
