import {defineConfig} from 'vitest/config'

export default defineConfig({
  test: {
    disableConsoleIntercept: true,
    projects: [
      {
        extends: true,
        test: {name: 'fast', include: ['test/{unit,contract,golden}/**/*.test.ts'], testTimeout: 20_000},
      },
      {
        extends: true,
        test: {
          name: 'lab',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          maxWorkers: 2,
        },
      },
    ],
  },
})
