/** What a CREATE asked for and did not get although the machine runs. */

import type {CreateData, NotDone} from '../../../domain/work/answers.js'
import type {CreateAsk} from '../../../domain/work/asks.js'
import type {VncState} from '../monitor/vnc.js'
import type {QemuProcess} from '../process/processes.js'
import {hasVncOption} from './ways.js'

interface Running {
  /** What its monitor said; undefined when it was not asked or did not answer: then the command line has to do. */
  readonly vnc: VncState | undefined
  /** It ran before. */
  readonly reused: boolean
}

export function notDoneOf(
  action: CreateAsk,
  process: QemuProcess,
  {vnc, reused}: Running,
): Pick<CreateData, 'notDone'> {
  const notDone = [...(reused ? startOnly(action) : []), ...consoleOf(action, process, {vnc, reused})]
  return notDone.length === 0 ? {} : {notDone}
}

/** How a machine is started cannot be changed while it runs. */
function startOnly({bootMode, instMode, argsAdd}: CreateAsk): readonly NotDone[] {
  const asked = [
    ...(bootMode === undefined ? [] : [`bootmode ${bootMode}`]),
    ...(instMode === undefined ? [] : [`instmode ${instMode}`.trimEnd()]),
    ...(argsAdd === undefined ? [] : [`argsadd ${argsAdd}`]),
  ]
  return asked.map((what) => ({
    asked: what,
    reason: 'it runs already, and this is decided when it starts',
    hint: 'stop it, then start it that way',
  }))
}

function consoleOf(
  {console: wanted, vncDisplay}: CreateAsk,
  process: QemuProcess,
  {vnc, reused}: Running,
): readonly NotDone[] {
  if (vncDisplay !== undefined && reused && process.vncDisplay !== String(vncDisplay)) {
    const where = process.vncDisplay === '' ? 'on none' : `on :${process.vncDisplay}`
    return [{asked: `display :${vncDisplay}`, reason: `it runs already, ${where}`, hint: 'stop it, then start it'}]
  }
  if (wanted !== 'VNC' || (vnc === undefined ? hasVncOption(process) : vnc.addresses.length > 0)) return []
  return reused
    ? [
        {
          asked: 'console vnc',
          reason: 'it runs already, without a VNC display',
          hint: 'stop it, then start it with VNC',
        },
      ]
    : [
        {
          asked: 'console vnc',
          reason: 'no VNC display listens: its wrapper opened none',
          hint: 'its wrapper has to make -vnc of --console=VNC and --vncaccessdisplay=N',
        },
      ]
}
