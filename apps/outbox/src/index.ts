export { controllers } from './controllers.js'
export { type OutboxConfig, outboxOwns, type RunningOutbox, startOutbox } from './start.js'
export { attemptBySmtp, type SmtpAttempt, type SmtpOutcome } from './sending/smtp-attempt.js'
