import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { createProjectGraphAsync } from '@nx/devkit'
import nx from '@nx/eslint-plugin'
import prettier from 'eslint-config-prettier'
import regexp from 'eslint-plugin-regexp'
import tseslint from 'typescript-eslint'

const root = import.meta.dirname
const SPECS = ['**/*.spec.ts', 'test/**', '{libs,apps}/*/test/**']

// The boundary rule reads a cached graph of the projects and is silently off without one. Under nx it is there.
if (process.env.NX_TASK_TARGET_PROJECT === undefined) await createProjectGraphAsync({ exitOnError: false })

/** The folders of the packages that carry this tag in their package.json. */
const foldersTagged = (tag) =>
  ['apps', 'libs', 'tools']
    .flatMap((folder) => readdirSync(`${root}/${folder}`, { withFileTypes: true }).map((entry) => ({ folder, entry })))
    .filter(({ entry }) => entry.isDirectory())
    .map(({ folder, entry }) => `${folder}/${entry.name}`)
    .filter((path) => JSON.parse(readFileSync(`${root}/${path}/package.json`, 'utf8')).nx?.tags?.includes(tag))

const pureFiles = foldersTagged('layer:pure').map((folder) => `${folder}/src/**/*.ts`)

const boundaries = (depConstraints, banTransitiveDependencies) => [
  'error',
  // a command may load lazily what another one imports at once
  { depConstraints, banTransitiveDependencies, checkDynamicDependenciesExceptions: ['.*'] },
]
const layers = [
  {
    sourceTag: 'layer:pure',
    onlyDependOnLibsWithTags: ['layer:pure'],
    allowedExternalImports: ['zod', '@noble/hashes/*'],
  },
  { sourceTag: 'layer:adapter', onlyDependOnLibsWithTags: ['layer:pure'] },
  { sourceTag: 'layer:app', onlyDependOnLibsWithTags: ['layer:pure', 'layer:adapter'] },
  { sourceTag: 'layer:host', onlyDependOnLibsWithTags: ['*'] },
  { sourceTag: 'layer:tool', onlyDependOnLibsWithTags: ['layer:tool'] },
  { sourceTag: 'layer:test', onlyDependOnLibsWithTags: ['*'] },
]

const because = 'A pure library gets times, ids and data as arguments'
const syntax = (selector, what) => ({ selector, message: `${what}. ${because}.` })
const pureSyntax = [
  syntax('NewExpression[callee.name="Date"][arguments.length=0]', 'This reads the clock'),
  syntax('NewExpression[callee.name="Date"][arguments.length>1]', "This reads the machine's time zone: use Date.UTC"),
  syntax('CallExpression[callee.name="Date"]', 'This reads the clock'),
  syntax('ImportExpression[source.value=/^node:/]', 'This is input and output'),
  syntax(
    'MemberExpression[property.name=/^[gs]et(FullYear|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds|TimezoneOffset)$/]',
    "This reads the machine's time zone: use the method with UTC in its name",
  ),
  syntax('MemberExpression[property.name=/^toLocale/]', "This depends on the machine's language"),
]
const pureProperties = [
  { object: 'Date', property: 'now', message: `This reads the clock. ${because}.` },
  { object: 'Math', property: 'random', message: `This is chance. ${because}.` },
]
const pureGlobals = [
  ...['process', 'Buffer', 'console', 'require', 'global', 'globalThis', 'performance', 'crypto', 'fetch'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'WebSocket', 'navigator'],
].map((name) => ({ name, message: `${because}.` }))
const impureImports = `^(node:|@nestjs/|@mikro-orm/|@nats-io/|(pg|${builtinModules.join('|')})(/|$))`

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '**/*.tmp.ts'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: Object.fromEntries(Object.getOwnPropertyNames(globalThis).map((name) => [name, 'readonly'])),
    },
    rules: {
      'no-undef': 'error',
      'no-unused-vars': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.spec.json', tsconfigRootDir: root } },
    plugins: { '@nx': nx },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { allowDefaultCaseForExhaustiveSwitch: false }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Nest's module classes and vitest's generators have no body to speak of
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/require-await': 'off',
      '@nx/enforce-module-boundaries': boundaries(layers, true),
    },
  },
  {
    files: SPECS,
    rules: {
      '@nx/enforce-module-boundaries': boundaries([{ sourceTag: '*', onlyDependOnLibsWithTags: ['*'] }], false),
      // expect.any() and its kind are any by type
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
  {
    files: pureFiles,
    ignores: SPECS,
    rules: {
      'no-restricted-imports': ['error', { patterns: [{ regex: impureImports, message: `${because}.` }] }],
      'no-restricted-globals': ['error', ...pureGlobals],
      'no-restricted-properties': ['error', ...pureProperties],
      'no-restricted-syntax': ['error', ...pureSyntax],
    },
  },
  {
    files: ['libs/*/src/**/*.ts', 'apps/*/src/**/*.ts'],
    ignores: SPECS,
    plugins: { regexp },
    rules: { 'regexp/no-super-linear-backtracking': 'error', 'regexp/no-super-linear-move': 'error' },
  },
  prettier,
)
