import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './install.mjs'

// `npm run bench -- NAME [arguments]` runs test/bench/NAME.ts on what is built. Node strips the types, so a benchmark and what it
// imports by path have no decorators and name each other with `.ts`. A file that is no benchmark itself exports what others use.

const folder = join(root, 'test', 'bench')
const [name] = process.argv.slice(2)

const names = () =>
  (existsSync(folder) ? readdirSync(folder) : [])
    .filter((file) => /\.(ts|mjs)$/.test(file) && !/^export /m.test(readFileSync(join(folder, file), 'utf8')))
    .map((file) => file.replace(/\.(ts|mjs)$/, ''))

const file = ['ts', 'mjs'].map((ending) => join(folder, `${name}.${ending}`)).find((path) => existsSync(path))
if (name === undefined || !/^[a-z0-9-]+$/.test(name) || file === undefined) {
  process.stderr.write(`npm run bench -- NAME [--json] …, where NAME is one of: ${names().join(', ')}\n`)
  process.exitCode = 2
} else {
  process.argv.splice(1, 2, file)
  await import(file)
}
