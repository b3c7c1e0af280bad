import { defineConfig } from 'vitest/config'

/** Three kinds of test: `unit` needs nothing, `servers` MariaDB and Redis, `calls` Asterisk and a browser. */
export default defineConfig({
  test: {
    projects: [
      // Property tests have much to do; the limit only ends what hangs.
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 60_000 } },
      {
        test: {
          name: 'servers',
          include: ['test/servers/**/*.test.ts'],
          globalSetup: ['test/servers/global-setup.ts'],
          pool: 'forks',
          testTimeout: 20_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'calls',
          include: ['test/calls/**/*.test.ts'],
          globalSetup: ['test/calls/global-setup.ts'],
          pool: 'forks',
          // One hotline, one telephone network: tests take turns.
          fileParallelism: false,
          testTimeout: 90_000,
          hookTimeout: 90_000,
        },
      },
    ],
  },
})
