/** ssh(1) into a guest: by its host, with its host key known by its UUID whatever address it has. */
import {spawn} from 'node:child_process'
import {mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {defaultDirectory, namedDirectories} from '../../compose/inventory.js'
import {PreconditionError} from '../../domain/errors.js'
import type {GuestLogin} from '../../domain/ports/ports.js'
import {fileName} from '../../lib/file-name.js'

interface LoginOptions {
  /** As --inventory has it: host keys of guests are kept beside it. */
  readonly inventory?: string | undefined
  readonly sshConfig?: string | undefined
  /** Keeps everything else from the terminal meanwhile. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>
}

/** Resolves with the status of ssh(1): that of the command, or 255. */
export function loginToGuest(login: GuestLogin, {inventory, sshConfig, alone}: LoginOptions): Promise<number> {
  const dir = namedDirectories(inventory)[0] ?? defaultDirectory()
  mkdirSync(dir, {recursive: true, mode: 0o700})
  const words = sshWords(login, {knownHosts: join(dir, 'guest-known-hosts'), sshConfig})
  return alone(
    () =>
      new Promise((resolve, reject) => {
        const child = spawn('ssh', words, {stdio: 'inherit'})
        child.once('error', (error) => reject(new PreconditionError('COMMAND_FAILED', `ssh: ${error.message}`)))
        child.once('exit', (code) => resolve(code ?? 255))
      }),
  )
}

/** Another guest that gets the address is not taken for this one, and this one is known at its next address. */
export function sshWords(
  {address, by, key, user, command}: GuestLogin,
  {knownHosts, sshConfig}: {readonly knownHosts: string; readonly sshConfig?: string | undefined},
): readonly string[] {
  return [
    ...(sshConfig === undefined ? [] : ['-F', sshConfig]),
    ...['-o', `HostKeyAlias=ctys-${fileName(key)}`, '-o', `UserKnownHostsFile="${knownHosts}"`, '-o', 'CheckHostIP=no'],
    ...(by === undefined ? [] : ['-J', by]),
    '--',
    user === undefined ? address : `${user}@${address}`,
    ...command,
  ]
}
