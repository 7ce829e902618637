/** The keys of QEMU (QKeyCode of qapi/ui.json), and the names people give some of them. */

const named =
  'shift shift_r alt alt_r ctrl ctrl_r menu esc minus equal backspace tab bracket_left bracket_right ret semicolon ' +
  'apostrophe grave_accent backslash comma dot slash asterisk spc caps_lock num_lock scroll_lock kp_divide kp_multiply ' +
  'kp_subtract kp_add kp_enter kp_decimal sysrq less print home pgup pgdn end left up down right insert delete stop ' +
  'again props undo front copy open paste find cut lf help meta_l meta_r compose pause power sleep wake'

const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789']
const functions = Array.from({length: 12}, (_, i) => `f${i + 1}`)
const pad = Array.from({length: 10}, (_, i) => `kp_${i}`)

export const keyNames: ReadonlySet<string> = new Set([...named.split(' '), ...letters, ...functions, ...pad])

export const keyAliases: ReadonlyMap<string, string> = new Map([
  ['control', 'ctrl'],
  ['strg', 'ctrl'],
  ['altgr', 'alt_r'],
  ['win', 'meta_l'],
  ['super', 'meta_l'],
  ['meta', 'meta_l'],
  ['escape', 'esc'],
  ['enter', 'ret'],
  ['return', 'ret'],
  ['space', 'spc'],
  ['del', 'delete'],
  ['ins', 'insert'],
  ['bs', 'backspace'],
  ['pageup', 'pgup'],
  ['pagedown', 'pgdn'],
  ['printscreen', 'print'],
  ['period', 'dot'],
])
