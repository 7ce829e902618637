import {userInfo} from 'node:os'
import {isAbsolute, join, resolve} from 'node:path'
import {ConfigError} from '../domain/errors.js'

/**
 * Where this user's files are: $HOME, or where that is empty or no absolute path the home of the account. Throws
 * ConfigError CONFIG where there is neither.
 */
export function homeDirectory(): string {
  const {HOME = ''} = process.env
  if (isAbsolute(HOME)) return HOME
  try {
    const {homedir} = userInfo()
    if (isAbsolute(homedir)) return homedir
  } catch {
    // an account that is in no password database
  }
  throw new ConfigError('CONFIG', 'this account has no home directory', {hint: 'set HOME to a directory of yours'})
}

/** What may be lost at any time: `ctys` in $XDG_CACHE_HOME or ~/.cache. Throws as homeDirectory. */
export function cacheDirectory(): string {
  const {XDG_CACHE_HOME = ''} = process.env
  return join(isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(homeDirectory(), '.cache'), 'ctys')
}

/**
 * A file of this machine that somebody named: `~/` is the home directory, as in a shell, which expands it in no option
 * and no file; else it is relative to `folder`. `-` is standard input.
 */
export function localPath(name: string, folder = '.'): string {
  if (name === '-') return name
  return name.startsWith('~/') ? resolve(homeDirectory(), name.slice(2)) : resolve(folder, name)
}
