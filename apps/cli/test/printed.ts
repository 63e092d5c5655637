import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'

/** All that a command prints. */
export const printed = async (run: (out: PassThrough) => Promise<void>): Promise<string> => {
  const out = new PassThrough()
  const all = text(out)
  await run(out)
  out.end()
  return all
}
