// Starts the worker from the sources, for tests and other runs without a build: Node strips the types, and a relative
// import that ends with .js means the .ts beside it.
import { registerHooks } from 'node:module'

registerHooks({
  resolve: (specifier, context, next) =>
    next(
      /^\.\.?\//.test(specifier) && context.parentURL?.endsWith('.ts') ? specifier.replace(/\.js$/, '.ts') : specifier,
      context,
    ),
})

export default (await import('./worker.ts')).default
