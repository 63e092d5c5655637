import { Controller, Inject } from '@nestjs/common'
import { MessagePattern, Payload } from '@nestjs/microservices'
import type { Answer, InputBatch, PartitionHandlers } from '@skein/log'
import { markThreadRead } from './mark-thread-read.js'
import { PartitionWriter, type WriterParts } from './partition-writer.js'

export const WRITER_PARTS = Symbol('WRITER_PARTS')

/** What the transport of partitions calls; each call is one line to the writer of that partition. */
@Controller()
export class PartitionsController implements PartitionHandlers {
  private readonly writers = new Map<number, PartitionWriter>()

  constructor(@Inject(WRITER_PARTS) private readonly parts: WriterParts) {}

  private writerOf(partition: number): PartitionWriter {
    const writer = this.writers.get(partition)
    if (writer === undefined) throw new Error(`partition ${partition} is not open`)
    return writer
  }

  @MessagePattern('opened')
  opened(@Payload() { partition }: { partition: number }): Promise<{ after: number }> {
    const writer = new PartitionWriter(partition, this.parts)
    this.writers.set(partition, writer)
    return writer.open()
  }

  @MessagePattern('inputs')
  inputs(@Payload() { partition, inputs }: InputBatch): Promise<void> {
    return this.writerOf(partition).write(inputs)
  }

  @MessagePattern('command.MarkThreadRead')
  command(@Payload() { partition, payload }: { partition: number; payload: unknown }): Promise<Answer> {
    return markThreadRead(payload, this.writerOf(partition), { partition, now: this.parts.now })
  }
}
