import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { PlainClosingLine } from './test/support/reporter.ts'

/** Host and system tests start real processes: they run one file after the other. */
export default defineConfig({
  test: {
    pool: 'forks',
    setupFiles: [fileURLToPath(new URL('test/support/seed.ts', import.meta.url))],
    reporters: ['default', new PlainClosingLine()],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'rooms',
          include: [
            'src/**/*.test.ts',
            'web/**/*.test.ts',
            'test/{rules,agreement,corpus,house}/**/*.test.ts',
          ],
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['test/{system,compat,docs,browser}/**/*.test.ts'],
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          globalSetup: ['test/cluster/support/cluster-setup.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'host',
          include: ['test/host/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
})
