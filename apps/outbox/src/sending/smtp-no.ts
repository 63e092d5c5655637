/** What a server said about one recipient. */
export interface Refused {
  readonly address: string
  readonly response: string
}

/** Why nobody has the mail. */
export interface ClearNo {
  /** Whether another attempt can end better. */
  readonly temporary: boolean
  readonly reason: string
  readonly refused: readonly Refused[]
  /** What it is about: this mail, or the server and the way to it, which all mail shares. */
  readonly blame: 'mail' | 'transport'
}

/** What nodemailer says of a failure, as far as it is looked at. */
interface SmtpError {
  readonly message: string
  readonly code?: string
  readonly command?: string
  readonly response?: string
  readonly responseCode?: number
  readonly rejectedErrors?: readonly { recipient?: string; response?: string; responseCode?: number; message: string }[]
}

/** The server wants a login or TLS first (RFC 4954 §6): the transport is at fault, and a person can mend it. */
const LOGIN_CODES = new Set([530, 534, 535, 538])
/** Commands that are about this mail; a refusal of any other is about the server. */
const ABOUT_THE_MAIL = new Set(['MAIL FROM', 'RCPT TO', 'DATA'])
/** Failures that nodemailer finds out itself, before it says anything of the mail. */
const NEVER_BETTER = new Set(['ESMTPUTF8', 'EMESSAGE', 'EENVELOPE'])

const isTemporary = (responseCode: number | undefined): boolean => responseCode === undefined || responseCode < 500

const refusalsOf = ({ rejectedErrors = [] }: SmtpError): Refused[] =>
  rejectedErrors.map((one) => ({ address: one.recipient ?? '', response: one.response ?? one.message }))

/**
 * What an error means for the mail; `null`: the server may have it. Once the mail is leaving only the server's own answer in
 * place of its 250 is a no: a lost connection or silence says nothing.
 */
export const noOf = (thrown: unknown, leaving: boolean): ClearNo | null => {
  const error: SmtpError = thrown instanceof Error ? thrown : { message: String(thrown) }
  const { code = '', command = '', responseCode, message: reason } = error
  if (leaving) {
    const answered = code === 'EMESSAGE' && responseCode !== undefined && responseCode >= 400
    return answered ? { temporary: responseCode < 500, reason, refused: [], blame: 'mail' } : null
  }
  const refused = refusalsOf(error)
  if (refused.length > 0) {
    const temporary = (error.rejectedErrors ?? []).some((one) => isTemporary(one.responseCode))
    return { temporary, reason, refused, blame: 'mail' }
  }
  if (responseCode === undefined) {
    const never = NEVER_BETTER.has(code)
    return { temporary: !never, reason, refused: [], blame: never ? 'mail' : 'transport' }
  }
  const ofMail = ABOUT_THE_MAIL.has(command) && !LOGIN_CODES.has(responseCode)
  return {
    temporary: !ofMail || isTemporary(responseCode),
    reason,
    refused: [],
    blame: ofMail ? 'mail' : 'transport',
  }
}
