import { JetStreamError, type JetStreamManager, type StoredMsg } from '@nats-io/jetstream'

const NOT_FOUND = 404

const isNotFound = (error: unknown): boolean =>
  error instanceof JetStreamError && 'code' in error && error.code === NOT_FOUND

/** Octets of one answer, about: what was asked for beyond them is not in it. */
const MAX_OCTETS = 8 * 1024 * 1024

/**
 * The next `batch` messages of a stream from `seq` on, or fewer, those of one subject where it is given; none where there are none.
 * With a subject the server counts first how many it has after `seq`: tens of milliseconds, however few are asked for.
 */
export async function* storedFrom(
  jsm: JetStreamManager,
  stream: string,
  { seq, batch, subject }: { seq: number; batch: number; subject?: string },
): AsyncGenerator<StoredMsg> {
  try {
    yield* await jsm.direct.getBatch(stream, {
      seq,
      batch,
      max_bytes: MAX_OCTETS,
      ...(subject === undefined ? {} : { next_by_subj: subject }),
    })
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}
