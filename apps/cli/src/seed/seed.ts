import { randomBytes } from 'node:crypto'
import { logEnvironment, logOptionsOf, openLog } from '@skein/log'
import { demoInboxes, seedDirectory } from './demo-directory.js'

const KEY = /^sk_[\w-]{8,200}$/

/** Fills the directory of the instance that the environment names. @throws Error for a key of another form, or where there is one */
export const seed = async (given: string | undefined): Promise<void> => {
  if (given !== undefined && !KEY.test(given))
    throw new Error('--key: a key is sk_ and then 8 to 200 letters, digits, _ or -')
  const apiKey = given ?? `sk_${randomBytes(24).toString('base64url')}`
  const log = await openLog(logOptionsOf(logEnvironment.parse(process.env), 'skein-seed'))
  try {
    const [{ account }] = demoInboxes
    if (log.directory.account(account) !== undefined && given === undefined)
      throw new Error(`the account ${account} is there already; --key adds a key that you choose`)
    await seedDirectory(log, { apiKey, createdAt: new Date().toISOString() })
    process.stdout.write(`API key  ${apiKey}\n`)
    for (const { id, address } of demoInboxes) process.stdout.write(`inbox    ${id}  ${address}\n`)
  } finally {
    await log.close()
  }
}
