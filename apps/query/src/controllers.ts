import type { Type } from '@nestjs/common'
import { HealthController, metricsController, named } from '@skein/http'
import { delivery, message } from './answers/message.js'
import { recorded } from './answers/recorded.js'
import { thread } from './answers/thread.js'
import { liveEvent } from './live/live-event.js'
import { CorrectionsController } from './corrections.controller.js'
import { directoryControllers } from './directory/directory.module.js'
import { DocsController } from './docs/docs.controller.js'
import { HistoryController } from './history/history.controller.js'
import { EventsController } from './live/events.controller.js'
import { MessagesController } from './messages.controller.js'
import { OffersController } from './offers.controller.js'
import { SimulateController } from './simulate.controller.js'
import { ThreadsController } from './threads.controller.js'

named({ Delivery: delivery, Message: message, Thread: thread, Recorded: recorded, Event: liveEvent })

/** The HTTP calls of this service. */
export const controllers: readonly Type[] = [
  ThreadsController,
  HistoryController,
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
