import type { HealthCheck } from '@skein/http'
import type { SkippedEvent } from '@skein/log'

/** Events that only a newer release can read: the views go on without them, and health says so until this process ends. */
export class SkippedEvents {
  private readonly places = new Map<string, string>()

  /** The same place again, after a failure, counts once. `reason` begins with the sequence. */
  readonly note = ({ partition, sequence, reason }: SkippedEvent): void => {
    this.places.set(`${partition}:${sequence}`, `EVENTS-${partition}:${reason}`)
  }

  readonly check: HealthCheck = () => {
    const [first] = this.places.values()
    if (first === undefined) return { state: 'green', detail: 'every event could be read' }
    const count = this.places.size === 1 ? 'One event is' : `${this.places.size} events are`
    const detail = `${count} not in the views, because a newer release wrote it; the first: ${first}. Upgrade, then: skein ops rebuild`
    return { state: 'yellow', detail: this.places.size === 1 ? detail : detail.replace('wrote it;', 'wrote them;') }
  }
}
