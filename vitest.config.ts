import { defineConfig } from 'vitest/config'

const folders = ['libs/*/src/**', 'apps/*/src/**', 'tools/*/src/**', 'tools', 'test/**']
const specs = (kind: string): string[] => folders.map((folder) => `${folder}/*.${kind}.spec.ts`)
const servers = ['./tools/servers/src/test-run.ts']

/** What the embedded servers do is no question where the servers are containers. */
const embeddedOnly = process.env['SKEIN_TEST_CONTAINERS'] ? ['tools/servers/**'] : []

/** Tests see the sources of the workspace's packages, not what was built of them. */
const conditions = ['skein-src', 'module', 'node', 'development|production']

export default defineConfig({
  resolve: { conditions },
  /** Specs are outside of the tsconfigs that switch decorators on. */
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  ssr: { resolve: { conditions } },
  test: {
    reporters: process.env['SKEIN_TEST_COUNTS'] ? ['default', './tools/test-counts.mjs'] : ['default'],
    restoreMocks: true,
    /** What comes a moment later does so on a busy machine, too. */
    expect: { poll: { timeout: 10_000 } },
    projects: [
      { extends: true, test: { name: 'unit', include: specs('unit'), testTimeout: 10_000 } },
      {
        extends: true,
        test: {
          name: 'int',
          include: specs('int'),
          exclude: ['**/node_modules/**', ...embeddedOnly],
          globalSetup: servers,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: specs('e2e'),
          globalSetup: servers,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
