/** NET-STATUS: one table of switches with their ports, bridges and TAPs. */
import type {NetPort, NetStatusData, NetSwitch} from '../../domain/work/net.js'
import {rowsTable, rowsTerse} from '../shared/answer-rows.js'
import type {Answers, VerbView} from '../shared/section.js'
import type {Column} from '../shared/table.js'

const columns: readonly Column[] = [
  {title: 'HOST', identity: true},
  {title: 'KIND', keep: true},
  {title: 'NAME', cut: 'start', identity: true},
  {title: 'BY', drop: 3},
  {title: 'NETWORK', drop: 4},
  {title: 'USER', keep: true},
  {title: 'STATE', keep: true},
  {title: 'IN', identity: true},
  {title: 'WHO', identity: true},
  {title: 'MAC', cut: 'start', drop: 2, identity: true},
  {title: 'RX', drop: 5},
  {title: 'TX', drop: 6},
]

export const netStatusView: VerbView<'net-status'> = {
  text: (answers, {width}) => rowsTable(columns, rowsOf(answers), width),
  terse: (answers) => rowsTerse(rowsOf(answers)),
  notes: (answers) =>
    answers.flatMap(({host, data}) => [
      ...data.switches.flatMap(({sock, unasked}) =>
        unasked === undefined ? [] : [`${host}: ${sock}: its ports are not known: ${unasked}`],
      ),
      ...data.findings.map((text) => `${host}: ${text}`),
      ...(data.hidden === true
        ? [`${host}: shows this account only its own processes: there may be more switches`]
        : []),
      ...(isEmpty(data) ? [`${host}: no switch, bridge or TAP`] : []),
    ]),
}

function isEmpty({switches, bridges, taps}: NetStatusData): boolean {
  return switches.length + bridges.length + taps.length === 0
}

function rowsOf(answers: Answers<'net-status'>): readonly (readonly string[])[] {
  return answers.flatMap(({host, data}) => [
    ...data.bridges.map(({name, managed, up, mac, ports}) => [
      ...[host, 'bridge', name, by(managed), '', '', state(up), '', ports.join(','), mac, '', ''],
    ]),
    ...data.taps.map(({name, managed, network = '', user, up, bridge = '', pid, machine, rxBytes, txBytes}) => [
      ...[host, 'tap', name, by(managed), network, user, state(up), bridge, who(machine, pid), ''],
      ...[String(rxBytes), String(txBytes)],
    ]),
    ...data.tunnels.map(({name, network, user = '', up, vni, local, mtu, bridge = '', peers, rxBytes, txBytes}) => [
      ...[host, 'vxlan', name, by(network !== undefined), network ?? '', user, `${state(up)}, MTU ${mtu}`, bridge],
      ...[`${vni} ${local} to ${peers.join(',')}`, '', String(rxBytes), String(txBytes)],
    ]),
    ...data.switches.flatMap((one) => [
      switchRow(host, one),
      ...(one.ports ?? []).map((port) => portRow(host, one, port)),
    ]),
  ])
}

function switchRow(host: string, one: NetSwitch): readonly string[] {
  const {sock, managed, name = '', user, tap = '', pid, ports, joined} = one
  const count = `${ports === undefined ? 'not asked' : `${ports.length} ports`}${joined === undefined ? '' : ', joined'}`
  return [host, 'switch', sock, by(managed), name, user, count, tap, `process ${pid}`, '', '', '']
}

function portRow(host: string, {sock, managed, name = '', joined}: NetSwitch, port: NetPort): readonly string[] {
  const {vlan, tap, pid, user = '', machine, endpoint, macs, rxBytes, txBytes} = port
  const isJoint = joined !== undefined && pid === joined.pid
  const other = isJoint ? `joined by ${joined.who}` : (tap ?? (pid === undefined ? endpoint : who(machine, pid)))
  return [
    ...[
      host,
      'port',
      String(port.port),
      by(managed),
      name,
      user,
      vlan === 0 ? 'untagged' : `vlan ${vlan}`,
      sock,
      other,
    ],
    ...[macText(macs), String(rxBytes), String(txBytes)],
  ]
}

/** A port to other hosts has seen many: the first, and how many more. */
function macText([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} +${others.length}`
}

function by(managed: boolean): string {
  return managed ? 'ctys' : 'other'
}

function state(up: boolean): string {
  return up ? 'up' : 'down'
}

function who(machine: string | undefined, pid: number | undefined): string {
  if (machine !== undefined && machine !== '') return machine
  return pid === undefined ? '' : `process ${pid}`
}
