/**
 * The account files of a lab host (passwd(5), group(5), shadow(5)): the machine's system accounts, root, and the
 * ordinary users of the lab with the login shells asked for. Nobody has a password; login is by key.
 */
import {existsSync, readFileSync} from 'node:fs'

export interface Account {
  readonly user: string
  readonly uid: number
  readonly home: string
  readonly shell: string
}

export interface AccountFiles {
  readonly passwd: string
  readonly group: string
  readonly shadow: string
}

/** Login shell "chatty-bash": bash whose start-up files talk on both streams, as many do. */
export const CHATTY = 'chatty-bash'

/** root, admin, and whoever else `shells` names; a shell is a name (`fish`), a path, or CHATTY. */
export function labAccounts(shells: Readonly<Record<string, string>>): Account[] {
  const users = new Set(['root', 'admin', ...Object.keys(shells)])
  return [...users].map((user, index) => ({
    user,
    uid: user === 'root' ? 0 : 999 + index,
    home: user === 'root' ? '/root' : `/home/${user}`,
    shell: shellPath(shells[user] ?? 'bash'),
  }))
}

export function accountFiles(accounts: readonly Account[]): AccountFiles {
  const names = new Set(accounts.map(({user}) => user))
  const kept = (file: string) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => isSystemLine(line) && !names.has(line.split(':')[0] ?? ''))
  const passwd = [
    ...accounts.map(({user, uid, home, shell}) => `${user}:x:${uid}:${uid}:${user}:${home}:${shell}`),
    ...kept('/etc/passwd'),
  ]
  return {
    passwd: lines(passwd),
    group: lines([...accounts.map(({user, uid}) => `${user}:x:${uid}:`), ...kept('/etc/group')]),
    shadow: lines(passwd.map((line) => `${line.split(':')[0]}:*:19000:0:99999:7:::`)),
  }
}

/** System accounts have ids below 1000 (Debian policy 9.2.2); 65534 is nobody. */
function isSystemLine(line: string): boolean {
  const id = Number(line.split(':')[2] ?? Number.NaN)
  return id < 1000 || id === 65534
}

function shellPath(shell: string): string {
  const name = shell === CHATTY ? 'bash' : shell
  const path = name.startsWith('/') ? name : [`/bin/${name}`, `/usr/bin/${name}`].find((file) => existsSync(file))
  if (path === undefined) throw new Error(`no shell ${name} on this machine; run: npm run setup`)
  return path
}

function lines(list: readonly string[]): string {
  return `${list.join('\n')}\n`
}
