export * from './keys.js'
export * from './link-rows.js'
