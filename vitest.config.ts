import {defineConfig} from 'vitest/config'

/** Where real hosts and guests share the machine with others a test is tried twice; who needed it is named at the end. */
const retry = process.env.CI === 'true' ? 1 : 0

const packageTest = 'test/integration/package.test.ts'

// Groups run one after the other. Most tests wait for processes, not for a core, hence more workers than cores. The limits
// only end what hangs: they hold on a machine that is loaded with other work.
export default defineConfig({
  test: {
    disableConsoleIntercept: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: ['test/{unit,golden}/**/*.test.ts'],
          setupFiles: ['test/own-host.ts', 'test/no-processes.ts'],
          testTimeout: 600_000,
          hookTimeout: 120_000,
          maxWorkers: 4,
          sequence: {groupOrder: 0},
        },
      },
      {
        extends: true,
        // starts processes: scripts under their shells, the built programs, QEMU; and inputs made by chance
        test: {
          name: 'host',
          retry,
          include: ['test/{host,contract,fuzz}/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 120_000,
          maxWorkers: 4,
          sequence: {groupOrder: 1},
        },
      },
      {
        extends: true,
        // how time grows with the size of an input: a core for each
        test: {
          name: 'scale',
          include: ['test/scale/**/*.test.ts'],
          testTimeout: 600_000,
          maxWorkers: 2,
          sequence: {groupOrder: 2},
        },
      },
      {
        extends: true,
        // real sshd and QEMU on this machine, no root needed; too slow for every commit
        test: {
          name: 'loopback',
          retry,
          include: ['test/integration/loopback/**/*.test.ts', packageTest],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          maxWorkers: 4,
          sequence: {groupOrder: 1},
        },
      },
      {
        extends: true,
        // namespaces and mounts: without root each of these tests is skipped
        test: {
          name: 'lab',
          retry,
          include: ['test/integration/*.test.ts'],
          exclude: [packageTest],
          ...(process.getuid?.() !== 0 && {runner: 'test/lab/skipping-runner.ts'}),
          testTimeout: 400_000,
          hookTimeout: 400_000,
          maxWorkers: 3,
          sequence: {groupOrder: 3},
        },
      },
    ],
  },
})
