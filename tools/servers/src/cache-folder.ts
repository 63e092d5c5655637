import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where this user keeps what can be fetched or made again: `XDG_CACHE_HOME` or its usual place, and in it a folder of ours. */
export const cacheFolder = (env: NodeJS.ProcessEnv = process.env): string => {
  if (env['XDG_CACHE_HOME']) return join(env['XDG_CACHE_HOME'], 'skein')
  if (process.platform === 'win32' && env['LOCALAPPDATA']) return join(env['LOCALAPPDATA'], 'skein')
  return join(homedir(), '.cache', 'skein')
}
