/** Who may import whom; docs/architecture.md has the picture. */
const stages = ['parse', 'resolve', 'plan', 'execute', 'report']
const adapters = '^(src/(drivers|transport)|inventory)/'

module.exports = {
  forbidden: [
    {name: 'no-circles', severity: 'error', from: {}, to: {circular: true}},
    {name: 'no-unknown', severity: 'error', from: {}, to: {couldNotResolve: true}},
    {
      name: 'domain-imports-nothing',
      severity: 'error',
      from: {path: '^src/domain/'},
      to: {pathNot: ['^src/domain/', '^(node:)?stream$']},
    },
    {
      name: 'lib-imports-domain-only',
      severity: 'error',
      from: {path: '^src/lib/'},
      to: {path: '^(src|commands|inventory)/', pathNot: '^src/(lib|domain)/'},
    },
    {
      name: 'query-stands-alone',
      severity: 'error',
      from: {path: '^src/query/'},
      to: {path: '^(src|commands|inventory)/', pathNot: '^src/(query|lib|domain)/'},
    },
    ...stages.map((stage) => ({
      name: `${stage}-never-meets-its-neighbours`,
      severity: 'error',
      from: {path: `^src/${stage}/`},
      to: {path: '^(src|commands|inventory)/', pathNot: `^src/(${stage}|query|lib|domain)/`},
    })),
    {
      name: 'drivers-stand-alone',
      severity: 'error',
      from: {path: '^src/drivers/'},
      to: {path: '^(src|commands|inventory)/', pathNot: '^src/(drivers|lib|domain)/'},
    },
    {
      name: 'transport-stands-alone',
      severity: 'error',
      from: {path: '^src/transport/'},
      to: {path: '^(src|commands|inventory)/', pathNot: '^src/(transport|lib|domain)/'},
    },
    {
      name: 'inventory-stands-alone',
      severity: 'error',
      from: {path: '^inventory/'},
      to: {path: '^(src|commands|inventory)/', pathNot: '^(inventory|src/query|src/lib|src/domain)/'},
    },
    {
      name: 'use-cases-know-no-adapter-and-no-text',
      comment: 'a use case returns a plain value; whoever reads it makes text of it',
      severity: 'error',
      from: {path: '^src/app/'},
      to: {path: `${adapters}|^src/(cli|compose|report)|^commands/`},
    },
    {
      name: 'tasks-run-behind-their-guard',
      comment:
        'run-tasks guards every start against a second copy, ask-hosts takes verbs that only read, make-tasks makes machines, net-tasks networks',
      severity: 'error',
      from: {path: '^src/', pathNot: '^src/app/run/(run-tasks|ask-hosts|make-tasks|net-tasks)\\.ts$'},
      to: {path: '^src/execute/run-plan\\.ts$'},
    },
    {
      name: 'commands-import-app-and-cli-only',
      severity: 'error',
      from: {path: '^commands/'},
      to: {path: '^(src|commands|inventory)/', pathNot: '^src/(app|cli)/'},
    },
    {
      name: 'cli-touches-no-adapter',
      severity: 'error',
      from: {path: '^src/cli/'},
      to: {path: `${adapters}|^commands/`},
    },
    {
      name: 'the-product-never-imports-tests',
      severity: 'error',
      from: {path: '^(src|commands|inventory)/'},
      to: {path: '^test/'},
    },
    {
      name: 'one-limiter-serves-all',
      severity: 'error',
      from: {path: '^(src|commands|inventory)/', pathNot: '^src/lib/gate\\.ts$'},
      to: {path: 'node_modules/p-queue'},
    },
    {
      name: 'run-time-packages-are-dependencies',
      severity: 'error',
      from: {path: '^(src/(?!build)|commands|inventory)'},
      to: {dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown']},
    },
  ],
  options: {
    doNotFollow: {path: 'node_modules'},
    exclude: {path: '^(dist|test/fixtures)/'},
    tsConfig: {fileName: 'tsconfig.json'},
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
