import { Inject, Injectable, Module, type DynamicModule } from '@nestjs/common'
import { CommandHandler, CqrsModule, type ICommandHandler } from '@nestjs/cqrs'
import { HEALTH, HealthController, KEYS, metricsController, type HealthCheck, type Manners } from '@skein/http'
import { logChecks, type Log } from '@skein/log'
import { AcceptMail, acceptMail, type Accepted, type AcceptParts } from './accept-mail.js'
import { DEV_OUTBOX, DevOutboxController, type DevOutboxParts } from './dev/dev-outbox.controller.js'
import { DOORS, type DoorParts } from './door-parts.js'
import { MailController } from './mail.controller.js'
import type { ReadingRoom } from './reading-room.js'

const ACCEPT_PARTS = Symbol('ACCEPT_PARTS')

@Injectable()
@CommandHandler(AcceptMail)
class AcceptMailHandler implements ICommandHandler<AcceptMail> {
  constructor(@Inject(ACCEPT_PARTS) private readonly parts: AcceptParts) {}

  execute(command: AcceptMail): Promise<Accepted[]> {
    return acceptMail(command, this.parts)
  }
}

@Module({})
export class IngestModule {
  static on(
    parts: AcceptParts & { log: Log; room: ReadingRoom; isKept: boolean; checks: Record<string, HealthCheck> },
    { publicMetrics }: Pick<Manners, 'publicMetrics'>,
  ): DynamicModule {
    const { log, settings, room, mime, isKept, checks } = parts
    const doors: DoorParts = { directory: log.directory, settings, room }
    const dev: DevOutboxParts = { outbox: log.devOutbox, directory: log.directory, mime, isKept }
    return {
      module: IngestModule,
      imports: [CqrsModule.forRoot()],
      controllers: [MailController, DevOutboxController, HealthController, metricsController(publicMetrics)],
      providers: [
        AcceptMailHandler,
        { provide: ACCEPT_PARTS, useValue: parts },
        { provide: DOORS, useValue: doors },
        { provide: DEV_OUTBOX, useValue: dev },
        { provide: HEALTH, useValue: { ...logChecks(log), ...checks } },
        { provide: KEYS, useValue: log.directory },
      ],
    }
  }
}
