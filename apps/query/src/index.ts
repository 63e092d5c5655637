export { startQuery, type QueryConfig, type RunningQuery } from './start.js'
