export * from './facts.js'
