import { Body, Controller, HttpCode, Post, Query } from '@nestjs/common'
import { QueryBus } from '@nestjs/cqrs'
import { Caller, Describe, Needs, type CallerOf } from '@skein/http'
import { noQuery } from './params.js'
import { simulation, type Simulation } from './answers/reasons.js'
import { SimulateClients } from './simulate-clients.js'
import { simulateBody, type SimulateBody } from './simulate-request.js'

@Controller('v1/simulate')
export class SimulateController {
  constructor(private readonly queries: QueryBus) {}

  /** It is a POST because of what it is given; it changes nothing. */
  @Post()
  @HttpCode(200)
  @Needs('read')
  @Describe({ summary: 'How mail clients will group messages', tag: 'messages', answers: { 200: simulation } })
  simulate(
    @Caller() caller: CallerOf,
    @Body({ schema: simulateBody }) body: SimulateBody,
    @Query({ schema: noQuery }) _: object,
  ): Promise<Simulation> {
    return this.queries.execute(new SimulateClients(caller, body))
  }
}
