import { Module, type DynamicModule } from '@nestjs/common'
import { CqrsModule } from '@nestjs/cqrs'
import { HEALTH, KEYS, metricsController, type HealthCheck } from '@skein/http'
import type { Log } from '@skein/log'
import type { Views } from '@skein/views'
import { Access } from './access.js'
import { controllers } from './controllers.js'
import { CorrectHandler } from './correct.js'
import { CountThreadsHandler } from './count-threads.js'
import { DiagnoseMessageHandler } from './diagnose-message.js'
import { ExplainMessageHandler, GetMessageHandler, ReadAttachmentHandler, ReadRawMailHandler } from './get-message.js'
import { directoryProviders } from './directory/directory.module.js'
import { addGauges } from './gauges.js'
import { GetThreadHandler } from './get-thread.js'
import { GetThreadThenHandler } from './history/get-thread-then.js'
import { ListHistoryHandler } from './history/list-history.js'
import { exposureCheck, queryChecks } from './health.js'
import { Live } from './live/live.js'
import { ListMessagesHandler } from './list-messages.js'
import { ListOffersHandler } from './list-offers.js'
import { ListThreadsHandler } from './list-threads.js'
import { PatchThreadHandler } from './patch-thread.js'
import { PARTS, type QueryParts } from './parts.js'
import { Positions } from './positions.js'
import { ProjectorController } from './projector.controller.js'
import { DEFAULT_QUERY_SETTINGS, type QuerySettings } from './settings.js'
import { SimulateClientsHandler } from './simulate-clients.js'

const handlers = [
  ListThreadsHandler,
  CountThreadsHandler,
  GetThreadHandler,
  GetThreadThenHandler,
  ListHistoryHandler,
  ListMessagesHandler,
  ListOffersHandler,
  GetMessageHandler,
  ExplainMessageHandler,
  DiagnoseMessageHandler,
  SimulateClientsHandler,
  ReadRawMailHandler,
  ReadAttachmentHandler,
  PatchThreadHandler,
  CorrectHandler,
]

@Module({})
export class QueryModule {
  static on(
    log: Log,
    views: Views,
    neighbours: Readonly<Record<string, HealthCheck>> = {},
    settings: QuerySettings = DEFAULT_QUERY_SETTINGS,
  ): DynamicModule {
    const positions = new Positions(log, views)
    const parts: QueryParts = { log, views, positions, access: new Access(log.directory, views, log.partitions) }
    addGauges(positions, log.partitions)
    return {
      module: QueryModule,
      imports: [CqrsModule.forRoot()],
      controllers: [
        ...controllers.filter((one) => one !== metricsController(false)),
        ProjectorController,
        metricsController(settings.publicMetrics),
      ],
      providers: [
        ...handlers,
        { provide: PARTS, useValue: parts },
        { provide: Live, useValue: new Live({ log, views, access: parts.access }) },
        ...directoryProviders(log, settings.privateWebhooks),
        {
          provide: HEALTH,
          useValue: { ...neighbours, ...queryChecks(log, views, positions), exposure: exposureCheck(settings) },
        },
        { provide: KEYS, useValue: log.directory },
      ],
    }
  }
}
