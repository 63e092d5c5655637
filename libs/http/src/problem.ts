/** Further members of a problem: what was wrong and how to put it right, and anything that a program may want to read. */
export interface ProblemExtra {
  /** The parameter, header or body member at fault. */
  field?: string
  /** One sentence: what to send instead. */
  fix?: string
  [member: string]: unknown
}

/**
 * An answer that is not a success, in the words of RFC 9457. `slug` is kebab-case and names the kind of problem for programs
 * (`urn:skein:problem:<slug>`); `title` is the same for every problem of that kind; `detail` is about this request.
 */
export class Problem extends Error {
  override readonly name = 'Problem'

  constructor(
    readonly status: number,
    readonly slug: string,
    readonly title: string,
    readonly detail: string,
    readonly extra: ProblemExtra = {},
  ) {
    super(`${title}: ${detail}`)
  }
}

export const badRequest = (detail: string, extra: ProblemExtra): Problem =>
  new Problem(400, 'invalid-request', 'The request is not valid', detail, extra)

/** Answers alike for what does not exist and for what belongs to another account, so that nobody can find out which. */
export const notFound = (what: string, id: string): Problem =>
  new Problem(404, 'not-found', 'Not found', `There is no ${what} ${id} that this key may see.`)
