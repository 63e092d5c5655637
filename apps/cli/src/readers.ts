/** Whether the process has something to put away before it ends. */
let goesOn = false

/** For a command that runs servers: it goes on when nobody reads what it prints (`skein up | head`), and stops when it is told to. */
export const goOnWithoutReaders = (): void => void (goesOn = true)

const GONE = new Set(['EPIPE', 'ERR_STREAM_DESTROYED'])

/** Ends the process, as if it were done, when who reads has had enough (`skein thread … | head`). */
export const heedReaders = (): void => {
  for (const output of [process.stdout, process.stderr])
    output.on('error', (error: NodeJS.ErrnoException) => {
      if (!GONE.has(error.code ?? '')) throw error
      if (!goesOn) process.exit(0)
    })
}
