import { expect, it } from 'vitest'
import { runOutboxKill } from './outbox-kill.ts'

const SENDS = 60
const KILLS = 4

// The full run, 1,000 mails and 50 kills, is `npm run bench -- outbox-kill`.
it('an outbox that is killed while it sends loses no mail, and sends none twice', { timeout: 180_000 }, async () => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const result = await runOutboxKill({ sends: SENDS, kills: KILLS, seed, say: () => undefined })
  expect(result, `seed ${seed}`).toMatchObject({ open: [], lost: [], twice: [] })
  expect(result.sent + result.unknown, `seed ${seed}`).toBe(SENDS)
})
