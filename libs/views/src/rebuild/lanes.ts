/** All of them, whatever becomes of each: nobody goes on in the background when one has failed. @throws the first failure */
export const allOf = async (works: readonly Promise<unknown>[]): Promise<void> => {
  for (const done of await Promise.allSettled(works)) if (done.status === 'rejected') throw done.reason
}

/** Works on items in order, so many at a time; after a failure none is begun. @throws the first failure */
export const inLanes = async <T>(
  lanes: number,
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
): Promise<void> => {
  const waiting = [...items]
  const lane = async (): Promise<void> => {
    try {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item)
    } catch (error) {
      waiting.length = 0
      throw error
    }
  }
  await allOf(Array.from({ length: lanes }, lane))
}
