import { dirname } from 'node:path'

// The targets of every package, in one place instead of in each package.json: build, lint and test, all cached.

const cached = { cache: true, parallelism: true }
const node = 'node --disable-warning=ExperimentalWarning'
const program = (root, path) => `${node} ${root}node_modules/${path}`

const targetsOf = (folder) => {
  const root = '../'.repeat(folder.split('/').length)
  const options = { cwd: folder }
  return {
    build: {
      ...cached,
      dependsOn: ['^build'],
      inputs: ['sources', '^sources'],
      outputs: ['{projectRoot}/dist'],
      command: `${program(root, 'typescript/bin/tsc')} -b`,
      options,
    },
    lint: {
      ...cached,
      inputs: ['default', '^default'],
      command: `${program(root, 'eslint/bin/eslint.js')} src --max-warnings 0`,
      options,
    },
    test: {
      ...cached,
      inputs: ['default', '^default', { env: 'SKEIN_CORPORA' }, { env: 'SKEIN_CASES' }],
      command: `${program('', 'vitest/vitest.mjs')} run --project unit --passWithNoTests ${folder}`,
    },
  }
}

const eslint = (what) => `${program('', 'eslint/bin/eslint.js')} ${what} --max-warnings 0`

/** What belongs to no package: the tests of the whole system and the tools. */
const rest = {
  root: '.',
  name: 'skein',
  tags: ['layer:test'],
  targets: {
    lint: {
      ...cached,
      inputs: ['rest', 'toolchain', '^default'],
      command: eslint('test tools/*.mjs tools/*.ts *.config.*'),
    },
    // everything in one process: reading the types once takes a third of the time of package after package
    'lint-all': { ...cached, inputs: ['everything'], command: eslint('.') },
  },
}

export const createNodesV2 = [
  '{apps,libs,tools}/*/tsconfig.json',
  (files) => [
    ['package.json', { projects: { '.': rest } }],
    ...files.map((file) => [
      file,
      { projects: { [dirname(file)]: { root: dirname(file), targets: targetsOf(dirname(file)) } } },
    ]),
  ],
]
