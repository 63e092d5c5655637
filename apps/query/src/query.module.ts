import { Module, type DynamicModule } from '@nestjs/common'
import { CqrsModule } from '@nestjs/cqrs'
import { HEALTH, HealthController, KEYS, type HealthCheck } from '@skein/http'
import type { Log } from '@skein/log'
import type { Views } from '@skein/views'
import { Access } from './access.js'
import { CorrectHandler } from './correct.js'
import { CorrectionsController } from './corrections.controller.js'
import { CountThreadsHandler } from './count-threads.js'
import { DiagnoseMessageHandler } from './diagnose-message.js'
import { ExplainMessageHandler, GetMessageHandler, ReadAttachmentHandler, ReadRawMailHandler } from './get-message.js'
import { directoryControllers, directoryProviders } from './directory/directory.module.js'
import { GetThreadHandler } from './get-thread.js'
import { queryChecks } from './health.js'
import { EventsController } from './live/events.controller.js'
import { Live } from './live/live.js'
import { ListMessagesHandler } from './list-messages.js'
import { ListThreadsHandler } from './list-threads.js'
import { MarkThreadReadHandler } from './mark-thread-read.js'
import { MessagesController } from './messages.controller.js'
import { PARTS, type QueryParts } from './parts.js'
import { Positions } from './positions.js'
import { ProjectorController } from './projector.controller.js'
import { DEFAULT_QUERY_SETTINGS, type QuerySettings } from './settings.js'
import { SimulateClientsHandler } from './simulate-clients.js'
import { SimulateController } from './simulate.controller.js'
import { ThreadsController } from './threads.controller.js'

const handlers = [
  ListThreadsHandler,
  CountThreadsHandler,
  GetThreadHandler,
  ListMessagesHandler,
  GetMessageHandler,
  ExplainMessageHandler,
  DiagnoseMessageHandler,
  SimulateClientsHandler,
  ReadRawMailHandler,
  ReadAttachmentHandler,
  MarkThreadReadHandler,
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
    return {
      module: QueryModule,
      imports: [CqrsModule.forRoot()],
      controllers: [
        ThreadsController,
        MessagesController,
        CorrectionsController,
        SimulateController,
        ...directoryControllers,
        EventsController,
        ProjectorController,
        HealthController,
      ],
      providers: [
        ...handlers,
        { provide: PARTS, useValue: parts },
        { provide: Live, useValue: new Live({ log, views, access: parts.access }) },
        ...directoryProviders(log, settings.privateWebhooks),
        { provide: HEALTH, useValue: { ...neighbours, ...queryChecks(log, views, positions) } },
        { provide: KEYS, useValue: log.directory },
      ],
    }
  }
}
