import {hostname, userInfo} from 'node:os'

/** Who runs ctys, for others: `user@machine`. An account without an entry has its number as a name. */
export function whoAsks(): string {
  let user: string
  try {
    user = userInfo().username
  } catch {
    user = String(process.getuid?.() ?? '')
  }
  return `${user}@${hostname()}`.replace(/[^A-Za-z0-9_.@-]/g, '_').slice(0, 64)
}
