// Starts the worker from the sources, for tests and other runs without a build: Node strips the types, a relative import
// that ends with .js means the .ts beside it, and the packages of this workspace are taken as sources too.
import { registerHooks } from 'node:module'

registerHooks({
  resolve: (specifier, context, next) =>
    next(
      /^\.\.?\//.test(specifier) && context.parentURL?.endsWith('.ts') ? specifier.replace(/\.js$/, '.ts') : specifier,
      { ...context, conditions: ['skein-src', ...context.conditions] },
    ),
})

export default (await import('./worker.ts')).default
