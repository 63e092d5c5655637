import { resolve } from 'node:path'
import type { Command } from 'commander'

interface UpFlags {
  data: string
  host: string
  port: string
  smtpPort: string
  natsPort: string
  postgresPort: string
  once?: true
  samples: boolean
}

const portOf = (name: string, text: string): number => {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new Error(`--${name} is ${text}; it takes a whole number from 0 to 65535 (0: any free port)`)
}

/** `skein up`: everything on this machine, in one process, until Ctrl-C. */
export const addUpCommand = (program: Command): void => {
  program
    .command('up')
    .description('run everything on this machine, in one process, until Ctrl-C')
    .option('--data <folder>', 'where mail, events and settings are kept', process.env['SKEIN_DATA'] ?? 'data')
    .option('--host <address>', 'address that the HTTP API listens on', process.env['HOST'] ?? '127.0.0.1')
    .option(
      '--port <number>',
      'port of the HTTP API; the next free one where it is taken',
      process.env['PORT'] ?? '8025',
    )
    .option('--smtp-port <number>', 'port of the SMTP door; the next free one where it is taken', '2525')
    .option('--nats-port <number>', 'port of the embedded nats-server', '4225')
    .option('--postgres-port <number>', 'port of the embedded Postgres', '5435')
    .option('--once', 'load the sample mail, print the threads, stop')
    .option('--no-samples', 'start empty')
    .action(async (flags: UpFlags) => {
      const { up } = await import('./up.js')
      await up({
        dataDir: resolve(flags.data),
        host: flags.host,
        port: portOf('port', flags.port),
        smtpPort: portOf('smtp-port', flags.smtpPort),
        natsPort: portOf('nats-port', flags.natsPort),
        postgresPort: portOf('postgres-port', flags.postgresPort),
        natsUrl: process.env['NATS_URL'],
        databaseUrl: process.env['DATABASE_URL'],
        monitorUrl: process.env['NATS_MONITOR_URL'],
        once: flags.once ?? false,
        samples: flags.samples,
      })
    })
}
