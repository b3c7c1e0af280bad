import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/longest-first.ts'

const processors = availableParallelism()

/** Three kinds of test: `unit` needs nothing, `servers` MariaDB and Redis, `calls` Asterisk and a browser. */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          maxWorkers: processors,
          // Property tests have much to do; the limit only ends what hangs.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'servers',
          include: ['test/servers/**/*.test.ts'],
          globalSetup: ['test/servers/global-setup.ts'],
          pool: 'forks',
          maxWorkers: processors,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'calls',
          include: ['test/calls/**/*.test.ts'],
          globalSetup: ['test/calls/global-setup.ts'],
          setupFiles: ['test/calls/afterwards.ts'],
          pool: 'forks',
          // Each has a hotline and a telephone network of its own, on which its files take turns: they mostly wait.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          // The limits only end what hangs: on a busy machine a story may take several times as long.
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
})
