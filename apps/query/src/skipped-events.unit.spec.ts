import { describe, expect, it } from 'vitest'
import { SkippedEvents } from './skipped-events.js'

describe('health of the events that are read', () => {
  const newer = { partition: 3, sequence: 12, reason: '12: unknown event type "ThreadDreamt"' }

  it('is green while every event can be read', () => {
    expect(new SkippedEvents().check()).toMatchObject({ state: 'green' })
  })

  it('is yellow with the first place and type, how many there are, and what to do', () => {
    const skipped = new SkippedEvents()
    skipped.note(newer)
    skipped.note({ ...newer, sequence: 15, reason: '15: MessageThreaded version 2 is newer than 1' })
    expect(skipped.check()).toEqual({
      state: 'yellow',
      detail:
        '2 events are not in the views, because a newer release wrote them; the first: EVENTS-3:12: unknown event type "ThreadDreamt". Upgrade, then: skein ops rebuild',
    })
  })

  it('counts an event once that is read again after a failure', () => {
    const skipped = new SkippedEvents()
    skipped.note(newer)
    skipped.note(newer)
    expect(skipped.check()).toMatchObject({ detail: expect.stringMatching(/^One event is/) as unknown })
  })
})
