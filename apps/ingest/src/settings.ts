/** What the doors let in; see `main.ts` for the names in the environment. */
export interface MailSettings {
  /** Octets of one raw mail at most. */
  maxMailBytes: number
  /** Octets of mails that are being read at one time at most; more are told to come again. Memory holds up to three copies. */
  maxReadingBytes: number
  /** A mail with more `Received` lines than this goes round in circles (RFC 5321 §6.3 asks for at least 100). */
  maxReceivedLines: number
  /** The name under which the receiving server writes `Authentication-Results`; nobody else is believed. */
  authservId: string | null
}

export const DEFAULT_SETTINGS: MailSettings = {
  maxMailBytes: 25 * 1024 * 1024,
  maxReadingBytes: 128 * 1024 * 1024,
  maxReceivedLines: 100,
  authservId: null,
}
