import { Controller, Inject } from '@nestjs/common'
import { MessagePattern, Payload } from '@nestjs/microservices'
import type { Answer, InputBatch, PartitionHandlers } from '@skein/log'
import { z } from 'zod'
import { commandNames, readCommand, retryInput, type CommandName } from './commands.js'
import { PartitionTroubles } from './partition-troubles.js'
import { PartitionWriter, type WriterParts } from './partition-writer.js'

export const WRITER_PARTS = Symbol('WRITER_PARTS')

/** What the transport of partitions calls; each call is one line to the writer of that partition. */
@Controller()
export class PartitionsController implements PartitionHandlers {
  private readonly writers = new Map<number, PartitionWriter>()

  constructor(
    @Inject(WRITER_PARTS) private readonly parts: WriterParts,
    @Inject(PartitionTroubles) private readonly troubles: PartitionTroubles,
  ) {}

  private writerOf(partition: number): PartitionWriter {
    const writer = this.writers.get(partition)
    if (writer === undefined) throw new Error(`partition ${partition} is not open`)
    return writer
  }

  @MessagePattern('opened')
  opened(@Payload() { partition }: { partition: number }): Promise<{ after: number }> {
    const writer = new PartitionWriter(partition, this.parts)
    this.writers.set(partition, writer)
    return this.troubles.watch(partition, () => writer.open())
  }

  @MessagePattern('inputs')
  inputs(@Payload() { partition, inputs }: InputBatch): Promise<void> {
    return this.troubles.watch(partition, () => this.writerOf(partition).write(inputs))
  }

  /** The patterns let in no other name. */
  @MessagePattern(commandNames.map((name) => `command.${name}`))
  async command(@Payload() { partition, name, payload }: GivenCommand): Promise<Answer> {
    const read = readCommand(name as CommandName, payload)
    return 'command' in read
      ? this.writerOf(partition).carryOut(read.command)
      : { ok: false, code: 'invalid-command', ...read }
  }

  @MessagePattern('command.RetryInput')
  async retryInput(@Payload() { partition, payload }: GivenCommand): Promise<Answer> {
    const read = retryInput.safeParse(payload)
    if (read.success) return this.writerOf(partition).retry(read.data.sequence)
    return { ok: false, code: 'invalid-command', detail: `RetryInput: ${z.prettifyError(read.error)}` }
  }
}

/** A command as it came: nobody has checked its payload. */
interface GivenCommand {
  partition: number
  name: string
  payload: unknown
}
