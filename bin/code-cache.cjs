/**
 * The V8 code cache of a bundle. Code in it runs as ours, so it is used only where nobody else can have written it: every
 * directory up to / belongs to us or to root and is writable to nobody else, and the file, looked at through the
 * descriptor it is read from, is ours alone and whole by its checksum. V8 trusts what it is given: one bit that flipped
 * can end the process. Everything that is odd counts as missing, which costs time and nothing else.
 */
'use strict'
const fs = require('node:fs')
const {join, isAbsolute, dirname} = require('node:path')
const {crc32} = require('node:zlib')

const {O_RDONLY, O_NOFOLLOW, O_NONBLOCK} = fs.constants
const mostBytes = 64 * 1024 * 1024
/**
 * In front of V8's data: this text, the CRC-32 of all behind it, and how much code there was when it was written, 4 bytes
 * each with the first one highest.
 */
const magic = Buffer.from('ctys-v9\n')
const sumBytes = magic.length + 4
const headBytes = sumBytes + 4

/** Where the cache of a bundle lies: keyed by Node's version, the architecture and the build. Undefined: nowhere. */
exports.cacheFileOf = (name, bundle) => {
  try {
    const directory = safeDirectory()
    const {mtimeMs, size, ino} = fs.statSync(bundle)
    return join(directory, `${name}-${process.version}-${process.arch}-${ino}-${size}-${Math.round(mtimeMs)}.v8`)
  } catch {
    return undefined
  }
}

/** Bytes of code that V8 has compiled in this process. */
exports.codeSize = () => require('node:v8').getHeapCodeStatistics().bytecode_and_metadata_size

/** What is cached, and how much code there was then; or undefined. */
exports.readCache = (file) => {
  let fd
  try {
    // a pipe would be waited for without O_NONBLOCK
    fd = fs.openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    const stat = fs.fstatSync(fd)
    if (!stat.isFile() || stat.uid !== process.geteuid() || (stat.mode & 0o022) !== 0 || stat.size > mostBytes) return
    const bytes = Buffer.allocUnsafeSlow(stat.size)
    let filled = 0
    for (let count = 1; count > 0 && filled < bytes.length; filled += count) {
      count = fs.readSync(fd, bytes, filled, bytes.length - filled, filled)
    }
    if (filled < headBytes || filled !== bytes.length || !bytes.subarray(0, magic.length).equals(magic)) return
    if (crc32(bytes.subarray(sumBytes)) !== bytes.readUInt32BE(magic.length)) return
    return {data: bytes.subarray(headBytes), codeSize: bytes.readUInt32BE(sumBytes)}
  } catch {
    return undefined
  } finally {
    if (fd !== undefined) fs.closeSync(fd)
  }
}

/** Written beside and renamed, so that no reader sees half a file. */
exports.writeCache = (file, script) => {
  const temporary = `${file}.${process.pid}`
  try {
    const codeSize = exports.codeSize()
    const bytes = Buffer.concat([magic, Buffer.alloc(headBytes - magic.length), script.createCachedData()])
    bytes.writeUInt32BE(codeSize, sumBytes)
    bytes.writeUInt32BE(crc32(bytes.subarray(sumBytes)), magic.length)
    fs.writeFileSync(temporary, bytes, {mode: 0o600, flag: 'wx'})
    fs.renameSync(temporary, file)
    removeOld(dirname(file))
  } catch {
    try {
      fs.rmSync(temporary, {force: true})
    } catch {
      // nothing more to do: the next start tries again
    }
  }
}

const day = 24 * 60 * 60 * 1000
/** Of one command; more than one version of ctys or Node may be in use. */
const mostBuilds = 3
/** So are those of commands that are no more. */
const mostAgeMs = 90 * day

/**
 * Takes caches away that other builds have left, and what a start that was ended left half-written. Only files that are
 * ours and called as we call them; one that is read just then stays readable, one that is still in use costs time only.
 */
function removeOld(directory) {
  const found = fs.readdirSync(directory).flatMap((name) => {
    const [, command, temporary] = /^([a-z][a-z-]*)-v\d+\.\d+\.\d+[^/]*-\d+-\d+-\d+\.v8(\.\d+)?$/.exec(name) ?? []
    const path = join(directory, name)
    const stat = command === undefined ? undefined : fs.lstatSync(path, {throwIfNoEntry: false})
    if (!stat?.isFile() || stat.uid !== process.geteuid()) return []
    return [{path, command, isTemporary: temporary !== undefined, ageMs: Date.now() - stat.mtimeMs}]
  })
  const kept = new Map()
  for (const {path, command, isTemporary, ageMs} of found.sort((a, b) => a.ageMs - b.ageMs)) {
    const count = kept.get(command) ?? 0
    const isOld = isTemporary ? ageMs > day : count >= mostBuilds || ageMs > mostAgeMs
    if (isOld) fs.rmSync(path, {force: true})
    else if (!isTemporary) kept.set(command, count + 1)
  }
}

/** `ctys` in $XDG_CACHE_HOME or ~/.cache, made where it is missing. Throws where others could write in it. */
function safeDirectory() {
  const {XDG_CACHE_HOME = '', HOME = ''} = process.env
  const base = isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : safeIn(homeOf(HOME), '.cache')
  const directory = safeIn(base, 'ctys')
  if (fs.lstatSync(directory).uid !== process.geteuid()) throw new Error(`${directory} is not ours`)
  return directory
}

function homeOf(home) {
  return isAbsolute(home) ? home : require('node:os').userInfo().homedir
}

/** One level is made at a time: making many at once (mkdirSync, recursive) does not end below /proc. */
function safeIn(parent, name) {
  const directory = join(safe(parent), name)
  if (!fs.existsSync(directory)) fs.mkdirSync(directory, {mode: 0o700})
  return safe(directory)
}

/** The directory without symbolic links in its name. Throws where somebody else could put another one in its place. */
function safe(path) {
  const real = fs.realpathSync.native(path)
  for (let directory = real; ; directory = dirname(directory)) {
    const {uid, mode} = fs.lstatSync(directory)
    if ((uid !== process.geteuid() && uid !== 0) || (mode & 0o022) !== 0) throw new Error(`others own ${directory}`)
    if (dirname(directory) === directory) return real
  }
}
