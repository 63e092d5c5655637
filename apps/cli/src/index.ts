export { type Instance, openInstance } from './up/instance.js'
export { type RunningServices, type ServicesConfig, startServices } from './up/services.js'
