import type { RebuildStep } from '@skein/views'

/** How often a line is written where nobody looks at a terminal. */
const EVERY_MS = 5_000
/** The rate is that of the last while, so that the time to go follows it. */
const WINDOW_MS = 10_000

const inTime = (seconds: number): string => {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  return seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`
}

/** Tells on a stream how a rebuild comes along: a line that changes on a terminal, else one now and then. */
export class Progress {
  private readonly seen: { at: number; events: number }[] = []
  private last = { at: -Infinity, kind: '' }
  private onLine = false

  constructor(private readonly out: NodeJS.WriteStream) {}

  readonly onStep = (step: RebuildStep): void => {
    const text = this.words(step)
    const kind = step.step === 'index' ? step.name : step.step
    const now = performance.now()
    if (!this.out.isTTY && kind === this.last.kind && now - this.last.at < EVERY_MS) return
    this.last = { at: now, kind }
    this.out.write(this.out.isTTY ? `\r\x1b[K${text}` : `${text}\n`)
    this.onLine = this.out.isTTY
  }

  end(): void {
    if (this.onLine) this.out.write('\n')
  }

  private words(step: RebuildStep): string {
    switch (step.step) {
      case 'events':
        return this.eventsInWords(step.events, step.totalEvents)
      case 'index':
        return `making ${step.name}`
      case 'compare':
        return 'comparing with the live tables'
      case 'swap':
        return 'swapping'
    }
  }

  private eventsInWords(events: number, of: number): string {
    const now = performance.now()
    this.seen.push({ at: now, events })
    while (this.seen.length > 2 && now - (this.seen[0]?.at ?? now) > WINDOW_MS) this.seen.shift()
    const [first] = this.seen
    const rate = first && now > first.at ? ((events - first.events) / (now - first.at)) * 1000 : 0
    const share = of === 0 ? 100 : Math.floor((events / of) * 100)
    const rest = rate > 0 ? `, ${Math.round(rate)}/s, ${inTime((of - events) / rate)} to go` : ''
    return `${events} of ${of} events (${share} %)${rest}`
  }
}
