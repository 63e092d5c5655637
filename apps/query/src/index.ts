export { controllers } from './controllers.js'
export { startQuery, type QueryConfig, type RunningQuery } from './start.js'
