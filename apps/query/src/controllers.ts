import type { Type } from '@nestjs/common'
import { HealthController, metricsController } from '@skein/http'
import { CorrectionsController } from './corrections.controller.js'
import { directoryControllers } from './directory/directory.module.js'
import { DocsController } from './docs/docs.controller.js'
import { EventsController } from './live/events.controller.js'
import { MessagesController } from './messages.controller.js'
import { OffersController } from './offers.controller.js'
import { SimulateController } from './simulate.controller.js'
import { ThreadsController } from './threads.controller.js'

/** The HTTP calls of this service. */
export const controllers: readonly Type[] = [
  ThreadsController,
  MessagesController,
  CorrectionsController,
  OffersController,
  SimulateController,
  ...directoryControllers,
  EventsController,
  DocsController,
  HealthController,
  metricsController(false),
]
