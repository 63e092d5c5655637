import { createServer } from 'node:net'

/** Whether nobody listens on this loopback port just now. */
const isFree = (port: number): Promise<number | null> =>
  new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(null))
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null))
    })
  })

/**
 * A loopback port that nobody listens on: `wanted`, or where it is taken the next higher one that is free; any with 0.
 * Another process can still take it before it is used, so who starts a server on it tries again with a further one.
 */
export const freePort = async (wanted = 0): Promise<number> => {
  const last = wanted === 0 ? 0 : Math.min(wanted + 99, 65_535)
  for (let port = wanted; port <= last; port++) {
    const free = await isFree(port)
    if (free !== null) return free
  }
  throw new Error(`No free port from ${wanted} to ${last}: choose another one`)
}
