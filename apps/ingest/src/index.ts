export { DEFAULT_SETTINGS, type MailSettings } from './settings.js'
export { ingestOwns, startIngest, type IngestConfig, type RunningIngest } from './start.js'
export type { SmtpConfig, SmtpSettings } from './smtp/smtp-settings.js'
