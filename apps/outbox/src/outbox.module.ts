import { Module, type DynamicModule } from '@nestjs/common'
import { HEALTH, HealthController, KEYS } from '@skein/http'
import { logChecks, type Log } from '@skein/log'

/** Everything that leaves: for now its place on the bus and its health; replies and webhooks are sent from here. */
@Module({})
export class OutboxModule {
  static on(log: Log): DynamicModule {
    return {
      module: OutboxModule,
      controllers: [HealthController],
      providers: [
        { provide: HEALTH, useValue: logChecks(log) },
        { provide: KEYS, useValue: log.directory },
      ],
    }
  }
}
