import { Module, type DynamicModule } from '@nestjs/common'
import { CqrsModule } from '@nestjs/cqrs'
import { HEALTH, HealthController, KEYS } from '@skein/http'
import { logChecks } from '@skein/log'
import type { OutboxPart, OutboxParts } from './parts.js'

/** Everything that leaves: the mail that is composed here, its way by SMTP, and webhooks. */
@Module({})
export class OutboxModule {
  static on({ log }: OutboxParts, parts: readonly OutboxPart[]): DynamicModule {
    const checks = Object.assign({}, logChecks(log), ...parts.map((part) => part.checks)) as OutboxPart['checks']
    return {
      module: OutboxModule,
      imports: [CqrsModule.forRoot(), ...parts.map(({ module }) => module)],
      controllers: [HealthController],
      providers: [
        { provide: HEALTH, useValue: checks },
        { provide: KEYS, useValue: log.directory },
      ],
    }
  }
}
