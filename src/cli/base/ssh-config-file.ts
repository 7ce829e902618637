import {accessSync, constants, statSync} from 'node:fs'
import {ConfigError} from '../../domain/errors.js'

/**
 * The file of --ssh-config has to be readable before anything is tried; a host that needs no ssh would not notice. It is
 * not opened: it may be a pipe. `none` is no file (ssh(1), -F). Throws ConfigError SSH_CONFIG.
 */
export function refuseMissingConfig(file: string | undefined): void {
  if (file === undefined || file.toLowerCase() === 'none') return
  const reason = faultOf(file)
  if (reason === undefined) return
  throw new ConfigError('SSH_CONFIG', `cannot read ${file}: ${reason}`, {
    hint: 'give --ssh-config or CTYS_SSH_CONFIG the name of an OpenSSH configuration, or neither',
  })
}

function faultOf(file: string): string | undefined {
  try {
    if (statSync(file).isDirectory()) return 'it is a directory'
    accessSync(file, constants.R_OK)
    return undefined
  } catch (error) {
    const {code, message} = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return 'there is no such file'
    return code === 'EACCES' ? 'permission denied' : message
  }
}
