/** An answer that is no success, in the words of RFC 9457. `type` is for programs; `fix` says what to send instead. */
export class SkeinProblem extends Error {
  override readonly name = 'SkeinProblem'

  constructor(
    readonly status: number,
    readonly type: string,
    readonly title: string,
    readonly detail: string,
    readonly field: string | undefined,
    readonly fix: string | undefined,
    /** All members of the problem. */
    readonly body: Readonly<Record<string, unknown>>,
  ) {
    super([`${title}: ${detail}`, fix].filter(Boolean).join(' '))
  }

  /** Seconds after which it may go better; `undefined` where the server does not say. */
  get retryAfter(): number | undefined {
    const seconds = this.body['retry_after']
    return typeof seconds === 'number' ? seconds : undefined
  }
}

const textIn = (body: Readonly<Record<string, unknown>>, member: string): string | undefined => {
  const value = body[member]
  return typeof value === 'string' ? value : undefined
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** Reads the problem of an answer; one that is no problem (a proxy's page, say) becomes one by its status. */
export const problemOf = async (answer: Response): Promise<SkeinProblem> => {
  const text = await answer.text()
  const body = ((): Record<string, unknown> => {
    try {
      const json: unknown = JSON.parse(text)
      return isObject(json) ? json : {}
    } catch {
      return {}
    }
  })()
  return new SkeinProblem(
    answer.status,
    textIn(body, 'type') ?? 'about:blank',
    textIn(body, 'title') ?? `HTTP ${answer.status}`,
    textIn(body, 'detail') ?? (text.slice(0, 200) || answer.statusText),
    textIn(body, 'field'),
    textIn(body, 'fix'),
    body,
  )
}
