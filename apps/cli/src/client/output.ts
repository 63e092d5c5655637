import { createClient, type Client } from '@skein/client'
import { apiOf, type ApiFlags } from '../directory/run-directory.js'

/** A client of the API that the flags, the environment or the data folder name. @throws Error where none is found */
export const clientOf = async (flags: ApiFlags): Promise<Client> => createClient(await apiOf(flags))

export const say = (text: string): void => void process.stdout.write(`${text}\n`)

/** Control characters of mail could move the cursor or colour the screen: they are shown as dots. */
export const plain = (text: string): string =>
  text.replace(/[\p{Cc}\u2028\u2029]/gu, (one) => (one === '\n' ? one : '·'))

export const oneLine = (text: string, width: number): string => {
  const line = plain(text.replace(/\s+/gu, ' ').trim())
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`
}

/** `2026-11-21 08:30`, in UTC. */
export const minute = (time: string): string => time.slice(0, 16).replace('T', ' ')

interface Person {
  readonly name: string
  readonly address: string
}
export const nameOf = ({ name, address }: Person): string => name || address
