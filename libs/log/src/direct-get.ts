import { JetStreamError, type JetStreamManager, type StoredMsg } from '@nats-io/jetstream'

const NOT_FOUND = 404

const isNotFound = (error: unknown): boolean =>
  error instanceof JetStreamError && 'code' in error && error.code === NOT_FOUND

/** The next `batch` messages of a stream from `seq` on, those of one subject where it is given; none where there are none. */
export async function* storedFrom(
  jsm: JetStreamManager,
  stream: string,
  { seq, batch, subject }: { seq: number; batch: number; subject?: string },
): AsyncGenerator<StoredMsg> {
  try {
    yield* await jsm.direct.getBatch(stream, {
      seq,
      batch,
      ...(subject === undefined ? {} : { next_by_subj: subject }),
    })
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}
