/** What the tests of a moved interface ask for. */
import type {HostContext} from '../../src/domain/ports/ports.js'
import type {NetMoveAsk} from '../../src/domain/work/net-move.js'
import {netMove} from '../../src/drivers/host/net-move/handlers.js'
import {runHandler} from './run-handler.js'

export const base = {id: '1', target: {host: 'here'}, type: 'ALL', timeoutMs: 600_000} as const

export const ask: NetMoveAsk = {
  ...{id: 'aa01', interface: 'eth0', bridge: 'ctysbr0', timerMs: 60_000},
  ...{who: 'me@desk', become: [], needs: []},
}

export const move = (at: HostContext, more: Partial<NetMoveAsk> = {}) =>
  runHandler(netMove, {...base, verb: 'net-move', ask: {...ask, ...more}}, at)
