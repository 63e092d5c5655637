/**
 * The outbox is killed at moments of chance while it sends: nothing is lost, and nothing but what is listed as unknown may be there
 * twice. Exit code 1 where that is not so.
 *   npm run bench -- outbox-kill [--sends 1000] [--kills 50] [--seed N] [--json]
 */
import { parseArgs } from 'node:util'
import { runOutboxKill } from '../faults/outbox-kill.ts'
import { machine } from './bench-system.ts'

const { values } = parseArgs({
  options: {
    sends: { type: 'string', default: '1000' },
    kills: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    json: { type: 'boolean', default: false },
  },
})
const say = (line: string): void => void (values.json || process.stdout.write(`${line}\n`))
const seed = Number(values.seed)
const result = await runOutboxKill({ sends: Number(values.sends), kills: Number(values.kills), seed, say })
const { sent, unknown, unknownArrived, open, lost, twice, kills, seconds } = result
if (values.json) process.stdout.write(`${JSON.stringify({ seed, machine: machine(), ...result })}\n`)
say(`${kills} kills in ${seconds} s on ${machine()}, seed ${seed}`)
say(`${sent} sent, ${unknown} unknown (${unknownArrived} of them had arrived)`)
say(`${open.length} open, ${lost.length} lost, ${twice.length} twice ${[...open, ...lost, ...twice].join(' ')}`)
process.exit(open.length + lost.length + twice.length === 0 ? 0 : 1)
