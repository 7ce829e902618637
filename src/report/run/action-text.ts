/** An action as one short phrase, and the machine it is about, for the plan. */

import {assertNever} from '../../domain/assert-never.js'
import {formatAddress} from '../../domain/machine/machine-address.js'
import type {Action} from '../../domain/work/action.js'

export function actionText(action: Action): string {
  switch (action.kind) {
    case 'create':
      return `create (${[action.mode, `console ${action.console}`, ...createExtras(action)].join(', ')})`
    case 'cancel':
      return `cancel (${[action.how, ...cancelExtras(action)].join(', ')})`
    case 'list':
      return 'list'
    case 'probe':
      return 'probe'
    case 'neighbours':
      return 'read the neighbour table'
    case 'enumerate':
      return `enumerate below ${action.basePaths.join(', ') || 'the home directory'}`
    default:
      return assertNever(action)
  }
}

export function machineText(action: Action): string {
  if (!('machine' in action)) return ''
  return action.machine === 'all' ? 'all' : formatAddress(action.machine)
}

function createExtras(action: Extract<Action, {kind: 'create'}>): readonly string[] {
  return [
    ...(action.vncDisplay === undefined ? [] : [`display :${action.vncDisplay}`]),
    ...(action.bootMode === undefined ? [] : [`boot ${action.bootMode}`]),
    ...(action.instMode === undefined ? [] : [`install ${action.instMode}`.trimEnd()]),
    ...(action.argsAdd === undefined ? [] : [`arguments ${action.argsAdd}`]),
  ]
}

function cancelExtras({force, graceMs}: Extract<Action, {kind: 'cancel'}>): readonly string[] {
  return [...(force ? ['force'] : []), `grace ${Math.round(graceMs / 1000)} s`]
}
