import { Controller, Get, Res } from '@nestjs/common'
import type { Type } from '@nestjs/common'
import type { NextFunction, Request, Response } from 'express'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { Caller, Needs, Public } from './api-key.js'
import type { CallerOf } from './api-key.js'
import { Describe } from './describe.js'
import { Problem } from './problem.js'

/** What this process counts, for Prometheus; of all its services together where it has several. */
const registry = new Registry()
collectDefaultMetrics({ register: registry })

const durations = new Histogram({
  name: 'skein_http_request_duration_seconds',
  help: 'How long requests took, by call and status.',
  labelNames: ['method', 'route', 'status'] as const,
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  registers: [registry],
})

/** The call as it is described, and not as it was asked for: ids would make a series each. */
const routeOf = (request: Request): string => {
  const route = request.route as { path?: unknown } | undefined
  return typeof route?.path === 'string' ? route.path : 'none'
}

/** Measures every request until its answer is out; one that was cut off counts as 499. */
export const measured = (request: Request, response: Response, next: NextFunction): void => {
  const stop = durations.startTimer()
  response.once('close', () => {
    const status = response.writableFinished ? String(response.statusCode) : '499'
    stop({ method: request.method, route: routeOf(request), status })
  })
  next()
}

/** Counts what happens, by the value of one label. A counter of that name is one counter, whoever asks for it. */
export const counter = (name: string, help: string, label: string): ((value: string, by?: number) => void) => {
  const known = registry.getSingleMetric(name)
  const made =
    known instanceof Counter ? known : new Counter({ name, help, labelNames: [label], registers: [registry] })
  return (value, by = 1) => made.inc({ [label]: value }, by)
}

/** A number that is looked up when it is asked for, by the value of its one label. A gauge of that name from before gives way. */
export const gauge = (
  name: string,
  help: string,
  label: string,
  read: () => Promise<Readonly<Record<string, number>>>,
): void => {
  registry.removeSingleMetric(name)
  new Gauge({
    name,
    help,
    labelNames: [label],
    registers: [registry],
    async collect() {
      const values = await read().catch(() => ({}))
      this.reset()
      for (const [value, number] of Object.entries(values)) this.set({ [label]: value }, number)
    },
  })
}

const answer = async (response: Response): Promise<void> => {
  response.type(registry.contentType).send(await registry.metrics())
}

const description = {
  summary: 'Get the metrics',
  detail: 'In the text format of Prometheus. For operator keys, unless the instance shows them to everybody.',
  tag: 'health',
  answers: { 200: null },
  answerType: 'text/plain',
}

@Controller('metrics')
class MetricsController {
  /** What is counted is of all accounts. */
  @Get()
  @Needs('admin')
  @Describe(description)
  async metrics(@Caller() caller: CallerOf, @Res() response: Response): Promise<void> {
    if (!caller.instance)
      throw new Problem(403, 'key-restricted', 'The key may not do this', 'The metrics are of the whole instance.', {
        field: 'Authorization',
        fix: 'Use a key with instance: true, or set SKEIN_METRICS_PUBLIC=1 where only a network of your own gets here.',
      })
    await answer(response)
  }
}

@Controller('metrics')
class PublicMetricsController {
  @Get()
  @Public()
  @Describe(description)
  metrics(@Res() response: Response): Promise<void> {
    return answer(response)
  }
}

/** `/metrics`, with or without a key. */
export const metricsController = (isPublic: boolean): Type => (isPublic ? PublicMetricsController : MetricsController)
