import { Problem } from '@skein/http'

/** A reply that is not a success; smtp-server puts the enhanced code (RFC 3463) that goes with the number before the text. */
export class SmtpRefusal extends Error {
  override readonly name = 'SmtpRefusal'

  constructor(
    readonly responseCode: 421 | 450 | 451 | 550 | 552 | 554,
    text: string,
    cause?: unknown,
  ) {
    super(oneLine(text), { cause })
  }
}

/** Reply lines have at most 512 octets (RFC 5321 §4.5.3.1.5), the code and all. */
const MAX_TEXT = 480

const oneLine = (text: string): string =>
  text
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, MAX_TEXT)

/** Problems that another attempt may not have; whatever else is wrong is wrong with the mail itself. */
const isPassing = ({ status }: Problem): boolean => status >= 500

/** A refusal of any door in the words of this one; what nobody foresaw tells the sender nothing but to come again. */
export const smtpRefusal = (error: unknown): SmtpRefusal => {
  if (error instanceof SmtpRefusal) return error
  if (!(error instanceof Problem))
    return new SmtpRefusal(451, 'Something failed here; the mail was not accepted', error)
  const text = `${error.title}: ${error.detail}`
  if (isPassing(error)) return new SmtpRefusal(451, text)
  return new SmtpRefusal(error.slug === 'mail-too-large' ? 552 : 554, text)
}
