export { type OutboxConfig, outboxOwns, type RunningOutbox, startOutbox } from './start.js'
