#!/usr/bin/env node
/**
 * The entry. Answers the version by itself, and help out of texts made when ctys was built; sends a plain `find` or `list`
 * through a smaller bundle and everything else to oclif. Bundles start from a V8 code cache (code-cache.cjs); without one
 * a start only takes longer.
 */
'use strict'
const {existsSync} = require('node:fs')
const {join, dirname} = require('node:path')
// Node's own handlers of these wait until a call to a file system returns, which one that is gone never does
for (const name of ['SIGINT', 'SIGTERM']) process.on(name, tell).off(name, tell)
const root = join(__dirname, '..')
const argv = process.argv.slice(2)

if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V' || argv[0] === '-v')) {
  tell(`ctys ${require('../package.json').version}\n`)
} else if (argv.every((word) => /^-[XvV]+$/.test(word)) && /X/.test(argv.join('')) && /v/i.test(argv.join(''))) {
  tell(require('../package.json').version)
} else if (tellHelp()) {
  process.exitCode = 0
} else if (!tellPlain()) {
  void load('ctys').main(argv, root)
}

/** What is asked most. False: not told. */
function tellPlain() {
  const [command, ...words] = argv
  if (command === 'find') return load('find').findPlain(words)
  return command === 'list' && load('list').listPlain(words, root)
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

/** The help of ctys or of one command, and nothing else, on at least 80 columns: as oclif shows it. False: not told. */
function tellHelp() {
  const asks = (word) => ['--help', '-h', '-H'].includes(word)
  const isHelp = argv.length === 0 || asks(argv.at(-1)) || argv[0] === 'help'
  const words = argv[0] === 'help' ? argv.slice(1) : asks(argv.at(-1)) ? argv.slice(0, -1) : argv
  if (!isHelp || words.some((word) => !/^[a-z][a-z-]*$/.test(word))) return false
  const {OCLIF_COLUMNS, NO_COLOR = '', FORCE_COLOR, TERM} = process.env
  const {isTTY = false, columns = 80} = process.stdout
  if (OCLIF_COLUMNS !== undefined || FORCE_COLOR !== undefined || (isTTY && columns < 80)) return false
  const text = textIfThere(join(root, 'dist/help', `${['ctys', ...words].join('.')}.txt`))
  if (text === undefined) return false
  const release = `ctys/${require('../package.json').version} ${process.platform}-${process.arch} node-${process.version}`
  const told = text.replace(/^ {2}ctys\/\S+ .*$/m, `  ${release}`)
  const isBold = isTTY && NO_COLOR === '' && TERM !== 'dumb'
  tell(isBold ? told.replace(/^[A-Z]+$/gm, '\x1b[1m$&\x1b[22m') : told)
  return true
}

function textIfThere(file) {
  try {
    return require('node:fs').readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/** Loads dist/NAME.cjs, from the code cache where that is safe. */
function load(name) {
  const {cacheFileOf, readCache, writeCache, codeSize} = require('./code-cache.cjs')
  const file = join(root, 'dist', `${name}.cjs`)
  const cacheFile = cacheFileOf(`${name}${callOf(name)}`, file)
  if (cacheFile === undefined) return require(file)
  const vm = require('node:vm')
  const Module = require('node:module')
  // of ASCII alone (src/build/build.mjs)
  const source = require('node:fs').readFileSync(file, 'latin1')
  const cached = readCache(cacheFile)
  const script = new vm.Script(Module.wrap(source), {filename: file, ...(cached && {cachedData: cached.data})})
  const module = new Module(file, null)
  module.filename = file
  module.paths = Module._nodeModulePaths(dirname(file))
  // oclif asks for its command table by file name and must get this very module
  require.cache[file] = module
  script
    .runInThisContext()
    .call(module.exports, module.exports, Module.createRequire(file), module, file, dirname(file))
  module.loaded = true
  process.once('exit', () => {
    const isNew = cached === undefined || script.cachedDataRejected
    // code is compiled when it first runs, and the first call may have needed little; a long one can spare the look
    if (isNew || (process.uptime() > 0.5 && codeSize() > cached.codeSize * 1.1)) writeCache(cacheFile, script)
  })
  return module.exports
}

/** A command has a cache of its own, with the code that it needs alone. */
function callOf(name) {
  const [first = ''] = argv
  const isCommand =
    name === 'ctys' && /^[a-z-]+$/.test(first) && existsSync(join(root, 'dist/help', `ctys.${first}.txt`))
  return isCommand ? `-${first}` : ''
}
