import { z } from 'zod'

/** A process that is connected to the bus as a part of Skein. */
export interface Service {
  /** As it calls itself: `skein-ingest`, `skein-threader` … */
  name: string
  /** Where it connects from. */
  from: string
  since: string
  /** Round trip, as the server measured it. */
  rtt: string | null
}

const PAGE = 1_000
const ASK_TIMEOUT_MS = 3_000
const connections = z.object({
  total: z.int(),
  connections: z.array(
    z.object({
      name: z.string().optional(),
      ip: z.string(),
      port: z.int(),
      start: z.string(),
      rtt: z.string().optional(),
    }),
  ),
})

/** What is no service: this command itself, and others like it. */
const isService = (name: string | undefined): name is string =>
  name !== undefined && name.startsWith('skein-') && name !== 'skein-ops'

/** The services that a server's monitor (`/connz`) says are connected to it; `null` where it cannot be asked. */
export const connectedServices = async (monitorUrl: string): Promise<Service[] | null> => {
  const services: Service[] = []
  try {
    for (let offset = 0; ; offset += PAGE) {
      const url = new URL(`/connz?limit=${PAGE}&offset=${offset}`, monitorUrl)
      const answer = await fetch(url, { signal: AbortSignal.timeout(ASK_TIMEOUT_MS) })
      const page = connections.parse(await answer.json())
      for (const { name, ip, port, start, rtt } of page.connections)
        if (isService(name))
          services.push({ name, from: `${ip}:${port}`, since: start.slice(0, 19) + 'Z', rtt: rtt ?? null })
      if (offset + PAGE >= page.total) break
    }
  } catch {
    return null
  }
  return services.sort((a, b) => (a.name + a.since < b.name + b.since ? -1 : 1))
}
