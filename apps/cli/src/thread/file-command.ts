/** What the commands that work on mail files take. */
export const FILES = 'mbox files, Maildirs, folders, .eml files'

/** Says on stderr what is wrong with a file that is passed over. */
export const complain = (file: string, reason: string): void => {
  process.stderr.write(`${file}: ${reason}\n`)
}

/** What the caller got wrong is said in one line; anything else is a bug, and shows where. */
export const orSay = async (run: () => Promise<void>): Promise<void> => {
  try {
    await run()
  } catch (error) {
    const { NoMailThere } = await import('../mail-files.js')
    const { NoSuchMail } = await import('./run-explain.js')
    if (!(error instanceof NoMailThere || error instanceof NoSuchMail)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  }
}
