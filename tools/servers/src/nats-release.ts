import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'

/** The official release that is fetched, and the SHA-256 sums that its publisher gives for the archives of the platforms that we know. */
export const RELEASE = '2.15.0'
const SUMS: Readonly<Record<string, string>> = {
  'linux-amd64': '5d2c51caca950333aba84911df7d377f826f3a59ec36061c6539105084f65c92',
  'linux-arm64': 'cdc208f5a3f42963a52b6ab06ef65626bb870315dc936e26ba571780c6351112',
  'darwin-amd64': '5bd8b59ca5bf93fab3da2c5843cf564cd6e2e291e22ae3b861746e7ebe259b95',
  'darwin-arm64': 'e1c4e22d70bd44abfa0bcb3c16f7cf0c66f648c2e728c58924e8a1ce88913cc8',
}
const FIRST_ANSWER = 4_000
const WHOLE_ANSWER = 180_000

/** A tar archive is a row of 512-byte headers (name at 0, size in octal at 124), each with its file's bytes rounded up to 512. */
const fileInTar = (tar: Buffer, name: string): Buffer => {
  for (let at = 0; at + 512 <= tar.length;) {
    const header = tar.subarray(at, at + 512)
    const path = header.toString('utf8', 0, 100).replace(/\0.*$/s, '')
    const size = Number.parseInt(header.toString('ascii', 124, 136), 8) || 0
    if (path === name) return tar.subarray(at + 512, at + 512 + size)
    at += 512 + Math.ceil(size / 512) * 512
  }
  throw new Error(`the archive holds no ${name}`)
}

/** Waits seconds only for a host that does not answer, and minutes for one that sends slowly. */
const download = async (url: string): Promise<Buffer> => {
  const abort = new AbortController()
  const impatience = setTimeout(() => abort.abort(new Error('no answer')), FIRST_ANSWER)
  const answer = await fetch(url, { signal: AbortSignal.any([abort.signal, AbortSignal.timeout(WHOLE_ANSWER)]) })
  clearTimeout(impatience)
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`)
  return Buffer.from(await answer.arrayBuffer())
}

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}

/** The nats-server of the official release for this platform, checked against its sum. Throws with the reason in words. */
export const releasedNats = async (sums: Readonly<Record<string, string>> = SUMS): Promise<Buffer> => {
  const machine = process.arch === 'x64' ? 'amd64' : process.arch
  const platform = `${process.platform}-${machine}`
  const sum = sums[platform]
  if (sum === undefined) throw new Error(`no sum is known for ${platform}`)
  const folder = `nats-server-v${RELEASE}-${platform}`
  const url = `https://github.com/nats-io/nats-server/releases/download/v${RELEASE}/${folder}.tar.gz`
  const archive = await download(url).catch((error: unknown) => {
    throw new Error(`${url}: ${reasonOf(error)}`, { cause: error })
  })
  const found = createHash('sha256').update(archive).digest('hex')
  if (found !== sum) throw new Error(`${url}: its SHA-256 is ${found}, and must be ${sum}`)
  return fileInTar(gunzipSync(archive), `${folder}/nats-server`)
}
