import { Controller, Get, Inject, Res } from '@nestjs/common'
import type { Response } from 'express'
import { z } from 'zod'
import { Public } from './api-key.js'
import { Describe } from './describe.js'

/** `yellow`: it works, and somebody should look. `red`: it does not do its work. */
export interface HealthState {
  readonly state: 'green' | 'yellow' | 'red'
  /** In words, for a person. */
  readonly detail: string
}
export type HealthCheck = () => HealthState | Promise<HealthState>

const healthState = z.object({ state: z.enum(['green', 'yellow', 'red']), detail: z.string() })
const health = z.object({ state: healthState.shape.state, checks: z.record(z.string(), healthState) })
const tag = 'health'

/** The checks of a service by name; an app binds this token. */
export const HEALTH = Symbol('HEALTH')

const ORDER = ['green', 'yellow', 'red'] as const
const CHECK_TIMEOUT_MS = 3_000

const run = async (check: HealthCheck): Promise<HealthState> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<HealthState>((resolve) => {
    timer = setTimeout(() => resolve({ state: 'red', detail: `no answer in ${CHECK_TIMEOUT_MS} ms` }), CHECK_TIMEOUT_MS)
  })
  try {
    return await Promise.race([Promise.resolve().then(check), late])
  } catch (error) {
    return { state: 'red', detail: error instanceof Error ? error.message : String(error) }
  } finally {
    clearTimeout(timer)
  }
}

/** Runs all checks at once; the worst of them is the state of the whole. */
export const healthOf = async (
  checks: Readonly<Record<string, HealthCheck>>,
): Promise<{ state: HealthState['state']; checks: Record<string, HealthState> }> => {
  const found = Object.fromEntries(
    await Promise.all(Object.entries(checks).map(async ([name, check]) => [name, await run(check)] as const)),
  )
  const worst = Math.max(0, ...Object.values(found).map(({ state }) => ORDER.indexOf(state)))
  return { state: ORDER[worst] ?? 'red', checks: found }
}

/** `live`: the process runs. `ready`: it can do its work; 503 when it cannot. Neither needs a key. */
@Public()
@Controller('health')
export class HealthController {
  constructor(@Inject(HEALTH) private readonly checks: Readonly<Record<string, HealthCheck>>) {}

  @Get('live')
  @Describe({ summary: 'Ask whether it runs', tag, answers: { 200: z.object({ state: z.literal('green') }) } })
  live(): { state: 'green' } {
    return { state: 'green' }
  }

  @Get('ready')
  @Describe({ summary: 'Ask whether it does its work', tag, answers: { 200: health, 503: health } })
  async ready(@Res({ passthrough: true }) response: Response): Promise<unknown> {
    const health = await healthOf(this.checks)
    if (health.state === 'red') response.status(503)
    return health
  }
}
