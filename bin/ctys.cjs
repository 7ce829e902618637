#!/usr/bin/env node
/**
 * The street door. Answers the version by itself, sends a plain `find` through a small bundle and everything else to
 * oclif. Bundles start from a V8 code cache that lies in a directory only this user can write to; it is keyed by
 * Node's version, architecture and the build, and a missing, foreign or rejected cache only costs time.
 */
'use strict'
const {join, dirname} = require('node:path')
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
  const file = join(root, 'dist', `${name}.cjs`)
  const cacheFile = cachePath(name, file)
  if (cacheFile === undefined) return require(file)
  const fs = require('node:fs')
  const vm = require('node:vm')
  const Module = require('node:module')
  const source = fs.readFileSync(file, 'utf8')
  let cachedData
  try {
    cachedData = fs.readFileSync(cacheFile)
  } catch {
    // first start of this build
  }
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
  if (!cachedData || script.cachedDataRejected) process.once('exit', () => store(fs, script, cacheFile))
  return module.exports
}

/** Where the cache of this bundle lies, or undefined when the directory is not ours alone. */
function cachePath(name, file) {
  const home = process.env.XDG_CACHE_HOME || (process.env.HOME && join(process.env.HOME, '.cache'))
  if (!home || typeof process.getuid !== 'function') return undefined
  const fs = require('node:fs')
  const directory = join(home, 'ctys')
  try {
    fs.mkdirSync(directory, {recursive: true, mode: 0o700})
    const stat = fs.lstatSync(directory)
    if (!stat.isDirectory() || stat.uid !== process.getuid() || (stat.mode & 0o022) !== 0) return undefined
    const {mtimeMs, size, ino} = fs.statSync(file)
    return join(directory, `${name}-${process.version}-${process.arch}-${ino}-${size}-${Math.round(mtimeMs)}.v8`)
  } catch {
    return undefined
  }
}

/** Written beside and renamed, so that no reader sees half a file; older builds of the same bundle are removed. */
function store(fs, script, cacheFile) {
  const temporary = `${cacheFile}.${process.pid}`
  try {
    fs.writeFileSync(temporary, script.createCachedData(), {mode: 0o600, flag: 'wx'})
    fs.renameSync(temporary, cacheFile)
  } catch {
    try {
      fs.rmSync(temporary, {force: true})
    } catch {
      // nothing more to do: the next start tries again
    }
  }
}
