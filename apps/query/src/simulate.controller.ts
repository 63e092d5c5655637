import { Body, Controller, HttpCode, Post, Query } from '@nestjs/common'
import { QueryBus } from '@nestjs/cqrs'
import { Caller, Needs, type CallerOf } from '@skein/http'
import { noQuery } from './params.js'
import { SimulateClients, type Simulation } from './simulate-clients.js'
import { simulateBody, type SimulateBody } from './simulate-request.js'

@Controller('v1/simulate')
export class SimulateController {
  constructor(private readonly queries: QueryBus) {}

  /** It is a POST because of what it is given; it changes nothing. */
  @Post()
  @HttpCode(200)
  @Needs('read')
  simulate(
    @Caller() caller: CallerOf,
    @Body({ schema: simulateBody }) body: SimulateBody,
    @Query({ schema: noQuery }) _: object,
  ): Promise<Simulation> {
    return this.queries.execute(new SimulateClients(caller, body))
  }
}
