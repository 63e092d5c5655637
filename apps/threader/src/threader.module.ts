import { Module, type DynamicModule } from '@nestjs/common'
import { HEALTH, HealthController, KEYS } from '@skein/http'
import { logChecks, type PartitionServer } from '@skein/log'
import type { WriterParts } from './partition-writer.js'
import { PartitionsController, WRITER_PARTS } from './partitions.controller.js'

@Module({})
export class ThreaderModule {
  static on(parts: WriterParts, partitions: PartitionServer): DynamicModule {
    const { log } = parts
    const writes = (): { state: 'green'; detail: string } => ({
      state: 'green',
      detail: `writes ${partitions.partitions.length} of ${log.partitions} partitions: ${partitions.partitions.join(', ') || 'none'}`,
    })
    return {
      module: ThreaderModule,
      controllers: [PartitionsController, HealthController],
      providers: [
        { provide: WRITER_PARTS, useValue: parts },
        { provide: HEALTH, useValue: { ...logChecks(log), partitions: writes } },
        { provide: KEYS, useValue: log.directory },
      ],
    }
  }
}
