/** The five things that must hold for a mail to stay in its thread in every client. */
export type ThreadCheck = 'message-id' | 'in-reply-to' | 'references' | 'subject' | 'thread-index'

/** What one check found in a mail, and how to mend it; both are sentences for a person. */
export interface Finding {
  check: ThreadCheck
  ok: 'yes' | 'no' | 'cannot tell'
  found: string
  /** Empty where there is nothing to mend. */
  mend: string
  /** The Message-ID that was probably meant, where the mail names one that is almost it. */
  meant: string | null
}

const finding =
  (ok: Finding['ok']) =>
  (check: ThreadCheck, found: string, mend = '', meant: string | null = null): Finding => ({
    check,
    ok,
    found,
    mend,
    meant,
  })

export const holds = finding('yes')
export const broken = finding('no')
export const unclear = finding('cannot tell')

export const bracketed = (id: string): string => `<${id}>`
