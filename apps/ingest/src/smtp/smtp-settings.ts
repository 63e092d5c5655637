import { hostname } from 'node:os'

/** Where the SMTP door listens, and whom it lets do what; see `main.ts` for the names in the environment. */
export interface SmtpSettings {
  host: string
  /** 0 takes any free one. */
  port: number
  /** For development: mail to addresses that are no inbox is taken as well, and kept to be looked at. */
  catchAll: boolean
  /** The name in the greeting and in `Received` lines. */
  name: string
  /** Addresses and nets (`192.0.2.7`, `10.0.0.0/8`) of servers that checked the sender for us and whose results are believed. */
  trusted: readonly string[]
  /** PEM; without it STARTTLS is not offered. */
  tls: { cert: string; key: string } | null
  maxConnections: number
  maxConnectionsOfOneAddress: number
  /** RFC 5321 §4.5.3.1.8 asks for at least 100. */
  maxRecipients: number
  /** Milliseconds without a word from the other side (RFC 5321 §4.5.3.2.7 asks for at least 5 minutes). */
  idleMs: number
  /** Milliseconds that one mail may take from DATA to its final dot: who drips octets would hold memory for ever. */
  mailMs: number
}

export const defaultSmtpSettings = (): Omit<SmtpSettings, 'host' | 'port' | 'catchAll'> => ({
  name: hostname(),
  trusted: [],
  tls: null,
  maxConnections: 200,
  maxConnectionsOfOneAddress: 50,
  maxRecipients: 100,
  idleMs: 5 * 60_000,
  mailMs: 15 * 60_000,
})

/** What has no default has to be given. */
export type SmtpConfig = Pick<SmtpSettings, 'host' | 'port' | 'catchAll'> & Partial<SmtpSettings>
