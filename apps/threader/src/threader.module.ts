import { Module, type DynamicModule } from '@nestjs/common'
import { HEALTH, HealthController, KEYS, metricsController, type HealthCheck, type Manners } from '@skein/http'
import { logChecks } from '@skein/log'
import { PartitionTroubles } from './partition-troubles.js'
import type { WriterParts } from './partition-writer.js'
import { PartitionsController, WRITER_PARTS } from './partitions.controller.js'

@Module({})
export class ThreaderModule {
  static on(
    parts: WriterParts & { troubles: PartitionTroubles },
    checks: Readonly<Record<string, HealthCheck>>,
    { publicMetrics }: Pick<Manners, 'publicMetrics'>,
  ): DynamicModule {
    const { log } = parts
    return {
      module: ThreaderModule,
      controllers: [PartitionsController, HealthController, metricsController(publicMetrics)],
      providers: [
        { provide: WRITER_PARTS, useValue: parts },
        { provide: PartitionTroubles, useValue: parts.troubles },
        { provide: HEALTH, useValue: { ...logChecks(log), ...checks } },
        { provide: KEYS, useValue: log.directory },
      ],
    }
  }
}
