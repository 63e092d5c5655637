export * from './ids.js'
export * from './subjects.js'
export * from './input.js'
export * from './events.js'
