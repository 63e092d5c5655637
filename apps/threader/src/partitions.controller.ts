import { Controller, Inject } from '@nestjs/common'
import { MessagePattern, Payload } from '@nestjs/microservices'
import type { Answer, InputBatch, PartitionHandlers } from '@skein/log'
import { z } from 'zod'
import { readCommand, retryInput, type CommandName } from './commands.js'
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
  markThreadRead(@Payload() given: GivenCommand): Promise<Answer> {
    return this.command('MarkThreadRead', given)
  }

  @MessagePattern('command.MergeThreads')
  mergeThreads(@Payload() given: GivenCommand): Promise<Answer> {
    return this.command('MergeThreads', given)
  }

  @MessagePattern('command.UndoMerge')
  undoMerge(@Payload() given: GivenCommand): Promise<Answer> {
    return this.command('UndoMerge', given)
  }

  @MessagePattern('command.SplitThread')
  splitThread(@Payload() given: GivenCommand): Promise<Answer> {
    return this.command('SplitThread', given)
  }

  @MessagePattern('command.MoveMessages')
  moveMessages(@Payload() given: GivenCommand): Promise<Answer> {
    return this.command('MoveMessages', given)
  }

  @MessagePattern('command.AcceptJoin')
  acceptJoin(@Payload() given: GivenCommand): Promise<Answer> {
    return this.command('AcceptJoin', given)
  }

  @MessagePattern('command.RefuseJoin')
  refuseJoin(@Payload() given: GivenCommand): Promise<Answer> {
    return this.command('RefuseJoin', given)
  }

  @MessagePattern('command.BeginSend')
  beginSend(@Payload() given: GivenCommand): Promise<Answer> {
    return this.command('BeginSend', given)
  }

  @MessagePattern('command.CancelSend')
  cancelSend(@Payload() given: GivenCommand): Promise<Answer> {
    return this.command('CancelSend', given)
  }

  @MessagePattern('command.RetrySend')
  retrySend(@Payload() given: GivenCommand): Promise<Answer> {
    return this.command('RetrySend', given)
  }

  @MessagePattern('command.SettleSend')
  settleSend(@Payload() given: GivenCommand): Promise<Answer> {
    return this.command('SettleSend', given)
  }

  @MessagePattern('command.ClaimThread')
  claimThread(@Payload() given: GivenCommand): Promise<Answer> {
    return this.command('ClaimThread', given)
  }

  @MessagePattern('command.ReleaseThread')
  releaseThread(@Payload() given: GivenCommand): Promise<Answer> {
    return this.command('ReleaseThread', given)
  }

  @MessagePattern('command.HandleThread')
  handleThread(@Payload() given: GivenCommand): Promise<Answer> {
    return this.command('HandleThread', given)
  }

  @MessagePattern('command.ReopenThread')
  reopenThread(@Payload() given: GivenCommand): Promise<Answer> {
    return this.command('ReopenThread', given)
  }

  @MessagePattern('command.LabelThread')
  labelThread(@Payload() given: GivenCommand): Promise<Answer> {
    return this.command('LabelThread', given)
  }

  @MessagePattern('command.Regroup')
  regroup(@Payload() given: GivenCommand): Promise<Answer> {
    return this.command('Regroup', given)
  }

  @MessagePattern('command.RetryInput')
  async retryInput(@Payload() { partition, payload }: GivenCommand): Promise<Answer> {
    const read = retryInput.safeParse(payload)
    if (read.success) return this.writerOf(partition).retry(read.data.sequence)
    return { ok: false, code: 'invalid-command', detail: `RetryInput: ${z.prettifyError(read.error)}` }
  }

  private async command(name: CommandName, { partition, payload }: GivenCommand): Promise<Answer> {
    const read = readCommand(name, payload)
    return 'command' in read
      ? this.writerOf(partition).carryOut(read.command)
      : { ok: false, code: 'invalid-command', ...read }
  }
}

interface GivenCommand {
  partition: number
  payload: unknown
}
