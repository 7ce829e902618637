import {defineConfig} from 'vitest/config'

export default defineConfig({
  test: {
    disableConsoleIntercept: true,
    projects: [
      {
        extends: true,
        // most of these wait for processes, not for a core
        test: {name: 'fast', include: ['test/{unit,contract,golden}/**/*.test.ts'], testTimeout: 30_000, maxWorkers: 4},
      },
      {
        extends: true,
        // real sshd and QEMU on this machine, no root needed; too slow for every commit
        test: {
          name: 'loopback',
          include: ['test/integration/loopback/**/*.test.ts'],
          testTimeout: 60_000,
          maxWorkers: 4,
        },
      },
      {
        extends: true,
        test: {
          name: 'lab',
          include: ['test/integration/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          maxWorkers: 2,
        },
      },
    ],
  },
})
