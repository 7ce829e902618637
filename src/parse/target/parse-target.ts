import type {Target} from '../../domain/target.js'

/**
 * Reads `[user@]host[:port]`, where the user may hold an `@`; an IPv6 address with a port stands in brackets. Names go to ssh as arguments, so
 * everything a shell or an option parser could mistake is refused here (cf. ssh(1) since OpenSSH 9.6).
 */
export function parseTarget(text: string, faults: string[]): Target | undefined {
  const at = text.lastIndexOf('@')
  const user = at < 0 ? undefined : text.slice(0, at)
  const rest = text.slice(at + 1)
  const match =
    /^(?:\[(?<v6>[^\]]*)\]|(?<name>[^:[\]]*)|(?<bare6>[0-9A-Fa-f:.%]*:[0-9A-Fa-f:.%\w-]*))(?::(?<port>[^:]*))?$/.exec(
      rest,
    )
  const groups = match?.groups
  const host = groups?.v6 ?? groups?.name ?? groups?.bare6 ?? ''
  const port = groups?.port
  const found: string[] = []
  if (match === null || host === '') found.push('no host name')
  else if (host.length > 255) found.push('the host name is longer than 255 characters')
  else if (!/^[A-Za-z0-9_.:%][A-Za-z0-9_.:%-]*$/.test(host))
    found.push('the host name holds characters that no host name has')
  if (user !== undefined && !isUserName(user)) found.push(noUserName)
  if (port !== undefined && !(/^[0-9]{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535)) {
    found.push(`'${port}' is no port (1-65535)`)
  }
  for (const fault of found) faults.push(`target '${text}': ${fault}`)
  if (found.length > 0) return undefined
  return {host, ...(user !== undefined && {user}), ...(port !== undefined && {port: Number(port)})}
}

const noUserName = 'the user name is empty or holds characters that no user name has'

/** Names of directories too: `DOMAIN\\user`, `user@domain`, `HOST$`. A backslash or a dollar stands where no shell reads it. */
function isUserName(text: string): boolean {
  return text.length <= 255 && /^[\p{L}\p{N}_.](?:[\p{L}\p{N}_.@+-]|\\(?=[\p{L}\p{N}_.]))*\$?$/u.test(text)
}

/** The user name of an option such as -l, for use cases that take hosts from elsewhere than targets. */
export function checkUser(option: string, user: string | undefined, faults: string[]): void {
  if (user !== undefined && !isUserName(user)) faults.push(`${option}: ${noUserName}`)
}

/** Reads all targets; the default user is given to those without one, doubles are dropped, none means this machine. */
export function parseTargets(
  texts: readonly string[],
  defaultUser: string | undefined,
  faults: string[],
): readonly Target[] {
  checkUser('-l', defaultUser, faults)
  if (texts.length === 0) return [{host: 'localhost'}]
  const targets = new Map<string, Target>()
  for (const text of texts) {
    if (/^[({]/.test(text) || /\(.*\)$/.test(text)) {
      faults.push(`target '${text}': context options and subtasks are not supported yet`)
      continue
    }
    if (text.startsWith('@')) {
      faults.push(`target '${text}': a group cannot stand here, name a host`)
      continue
    }
    if (/^macro:/i.test(text)) {
      faults.push(`target '${text}': macros stand in the classic call only, ctys -a ... and ctys-vdbgen`)
      continue
    }
    const target = parseTarget(text, faults)
    if (target === undefined) continue
    const named = target.user === undefined && defaultUser !== undefined ? {...target, user: defaultUser} : target
    targets.set(JSON.stringify(named), named)
  }
  return [...targets.values()]
}

/** The same, but no target means that none was named. */
export function parseNamedTargets(
  texts: readonly string[],
  defaultUser: string | undefined,
  faults: string[],
): readonly Target[] | undefined {
  const targets = parseTargets(texts, defaultUser, faults)
  return texts.length === 0 ? undefined : targets
}
