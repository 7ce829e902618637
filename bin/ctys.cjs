#!/usr/bin/env node
/**
 * The entry. Answers the version by itself, sends a plain `find` through a small bundle and everything else to
 * oclif. Bundles start from a V8 code cache (code-cache.cjs); without one a start only takes longer.
 */
'use strict'
const {join, dirname} = require('node:path')
// Node's own handlers of these wait until a call to a file system returns, which one that is gone never does
for (const name of ['SIGINT', 'SIGTERM']) process.on(name, tell).off(name, tell)
const root = join(__dirname, '..')
const argv = process.argv.slice(2)

if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V' || argv[0] === '-v')) {
  tell(`ctys ${require('../package.json').version}\n`)
} else if (argv.includes('-X') && argv.every((word) => ['-X', '-V', '-v'].includes(word)) && argv.length > 1) {
  tell(require('../package.json').version)
} else if (!(argv[0] === 'find' && load('find').findPlain(argv.slice(1)))) {
  void load('ctys').main(argv, root)
}

/** As the bundles tell an answer that cannot be written (src/cli/base/closed-pipes.ts). */
function tell(text) {
  process.stdout.on('error', ({code, message}) => {
    if (code === 'EPIPE') return
    process.exitCode = 1
    process.stderr.write(`ctys: OUTPUT_IO: cannot write the answer: ${message}\n`)
  })
  process.stdout.write(text)
}

/** Loads dist/NAME.cjs, from the code cache where that is safe. */
function load(name) {
  const {cacheFileOf, readCache, writeCache} = require('./code-cache.cjs')
  const file = join(root, 'dist', `${name}.cjs`)
  const cacheFile = cacheFileOf(name, file)
  if (cacheFile === undefined) return require(file)
  const vm = require('node:vm')
  const Module = require('node:module')
  const source = require('node:fs').readFileSync(file, 'utf8')
  const cachedData = readCache(cacheFile)
  const script = new vm.Script(Module.wrap(source), {filename: file, ...(cachedData && {cachedData})})
  const module = new Module(file, null)
  module.filename = file
  module.paths = Module._nodeModulePaths(dirname(file))
  // oclif asks for its command table by file name and must get this very module
  require.cache[file] = module
  script
    .runInThisContext()
    .call(module.exports, module.exports, Module.createRequire(file), module, file, dirname(file))
  module.loaded = true
  if (!cachedData || script.cachedDataRejected) process.once('exit', () => writeCache(cacheFile, script))
  return module.exports
}
