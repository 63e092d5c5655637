export { type RunningThreader, startThreader, type ThreaderConfig } from './start.js'
