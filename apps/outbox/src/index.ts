export { type OutboxConfig, type RunningOutbox, startOutbox } from './start.js'
