import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import type { StoredRecord } from '@skein/log'
import { z } from 'zod'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/** One message a line, as JSON: sequence, subject, time, headers, data in Base64. */
const line = z.object({
  s: z.int().positive(),
  u: z.string(),
  t: z.string(),
  h: z.record(z.string(), z.string()),
  d: z.string(),
})

export const packed = (records: readonly StoredRecord[]): Promise<Buffer> => {
  const lines = records.map(({ sequence, subject, time, headers, data }) =>
    JSON.stringify({ s: sequence, u: subject, t: time, h: headers, d: Buffer.from(data).toString('base64') }),
  )
  return compress(Buffer.from(`${lines.join('\n')}\n`))
}

export const unpacked = async (content: Uint8Array): Promise<StoredRecord[]> => {
  const text = (await decompress(content)).toString('utf8')
  return text
    .split('\n')
    .filter((one) => one !== '')
    .map((one) => {
      const { s, u, t, h, d } = line.parse(JSON.parse(one))
      return { sequence: s, subject: u, time: t, headers: h, data: Buffer.from(d, 'base64') }
    })
}
