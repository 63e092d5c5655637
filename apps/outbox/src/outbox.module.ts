import { Module, type DynamicModule } from '@nestjs/common'
import { CqrsModule } from '@nestjs/cqrs'
import { DEFAULT_MANNERS, gauge, HEALTH, HealthController, KEYS, metricsController, type Manners } from '@skein/http'
import { logChecks } from '@skein/log'
import type { OutboxPart, OutboxParts } from './parts.js'

/** What is 0 is said, too: a figure that goes away cannot be told from one that nobody took. */
const NONE_OPEN = { queued: 0, sending: 0, deferred: 0, unknown: 0 }

/** Everything that leaves: the mail that is composed here, its way by SMTP, and webhooks. */
@Module({})
export class OutboxModule {
  static on(
    { log, views }: OutboxParts,
    parts: readonly OutboxPart[],
    { publicMetrics }: Pick<Manners, 'publicMetrics'> = DEFAULT_MANNERS,
  ): DynamicModule {
    gauge('skein_sends_open', 'Mails that are not through, by state.', 'state', async () => ({
      ...NONE_OPEN,
      ...(await views.openSendCounts()),
    }))
    const checks = Object.assign({}, logChecks(log), ...parts.map((part) => part.checks)) as OutboxPart['checks']
    return {
      module: OutboxModule,
      imports: [CqrsModule.forRoot(), ...parts.map(({ module }) => module)],
      controllers: [HealthController, metricsController(publicMetrics)],
      providers: [
        { provide: HEALTH, useValue: checks },
        { provide: KEYS, useValue: log.directory },
      ],
    }
  }
}
