/** Made-up mail for whole-system tests: `threads` conversations of `length` mails, one after the other, each a reply to the last. */
export interface MadeMail {
  id: string
  thread: number
  raw: string
}

const date = (minutes: number): string =>
  new Date(Date.UTC(2026, 0, 5, 8, minutes)).toUTCString().replace('GMT', '+0000')

export const conversations = (threads: number, length: number): MadeMail[] => {
  const mails: MadeMail[] = []
  for (let n = 0; n < length; n++)
    for (let t = 0; t < threads; t++) {
      const id = (k: number): string => `c${t}.${k}@made.example`
      const references = Array.from({ length: n }, (_, k) => `<${id(k)}>`)
      mails.push({
        id: id(n),
        thread: t,
        raw: [
          `From: Person ${n % 3} <p${t}.${n % 3}@made.example>`,
          'To: support@skein.example',
          `Date: ${date(n * threads + t)}`,
          `Message-ID: <${id(n)}>`,
          ...(n === 0 ? [] : [`In-Reply-To: <${id(n - 1)}>`, `References: ${references.join('\r\n ')}`]),
          `Subject: ${n === 0 ? '' : 'Re: '}Topic ${t}`,
          '',
          `Mail ${n} of conversation ${t}.`,
          '',
        ].join('\r\n'),
      })
    }
  return mails
}

/** The same as an mbox file (mboxrd). */
export const mboxOf = (mails: readonly MadeMail[]): string =>
  mails.map(({ raw }) => `From made@made.example Mon Jan  5 08:00:00 2026\n${raw.replaceAll('\r\n', '\n')}\n`).join('')
