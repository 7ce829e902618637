import {hostname, userInfo} from 'node:os'
import {escapeControls} from '../../lib/escape-controls.js'

/** User and machine, as others are told who is on a console. */
export function whoIsHere(): string {
  return escapeControls(`${userName()}@${hostname()}`)
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // an account that passwd(5) does not know
    return String(process.getuid?.() ?? 'somebody')
  }
}
