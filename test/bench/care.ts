import type { Decided, InboxId, ThreadId } from '@skein/events'

/** So many mails later somebody gets to a mail. */
const LATER = 200
const LABELS = ['billing', 'delivery', 'returns', 'wholesale']

interface Arrived {
  thread: ThreadId
  inbox: InboxId
  /** Of its event. */
  sequence: number
  time: string
}

/**
 * What people do with the mail of an inbox that is in use: of ten mails nine are read, three are claimed and handled, one is
 * labelled. The same each time.
 */
export class Care {
  private waiting: Arrived[] = []
  private count = 0

  arrived(mail: Arrived): void {
    this.waiting.push(mail)
  }

  /** What is done by now. */
  due(): Decided[] {
    const done: Decided[] = []
    while (this.waiting.length > LATER) {
      const mail = this.waiting.shift()
      if (mail) done.push(...this.careFor(mail, this.count++))
    }
    return done
  }

  private careFor({ thread, inbox, sequence, time }: Arrived, n: number): Decided[] {
    const by = `agent${n % 12}`
    const until = new Date(Date.parse(time) + 3_600_000).toISOString()
    const label = LABELS[n % LABELS.length] ?? ''
    return [
      ...(n % 10 === 9 ? [] : [{ type: 'ThreadRead' as const, thread, data: { inboxes: [inbox], upTo: sequence } }]),
      ...(n % 10 > 2
        ? []
        : [
            { type: 'ThreadClaimed' as const, thread, data: { by, until } },
            { type: 'ThreadHandled' as const, thread, data: { by, upTo: sequence } },
          ]),
      ...(n % 10 === 5 ? [{ type: 'ThreadLabelled' as const, thread, data: { add: [label], remove: [] } }] : []),
    ]
  }
}
