/**
 * Throughput of a network that ctys makes: between two TAPs of its switch, and between two guests on it, beside a plain
 * bridge of the same host. Bytes go by TCP from one end to the other, in one run.
 */
import {connect} from 'node:net'
import {join} from 'node:path'
import {socketPath, typeLine} from '../lab/guest-console.js'
import type {Lab} from '../lab/lab.js'
import {waitUntil} from '../lab/lab-state.js'

const ctys = [process.execPath, join(process.cwd(), 'bin/ctys.cjs')]

export interface Throughput {
  readonly name: string
  /** MB sent, and MB a second. */
  readonly mb: number
  readonly rate: number
}

/** Two network namespaces, `one` and `two`, with an end each of a cable whose other ends are `one0` and `two0`. */
const stations = `
for n in one two; do
  ip netns add $n && ip -n $n link set lo up
done
`

export async function networks(lab: Lab, {mb, guestMb}: {mb: number; guestMb: number}): Promise<readonly Throughput[]> {
  const must = async (...argv: readonly string[]) => {
    const {code, stdout, stderr} = await lab.host(1, argv, {timeoutMs: 600_000})
    if (code !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`)
    return stdout
  }
  const sh = (text: string) => must('sh', '-c', text)
  const tell = async (...argv: readonly string[]) => {
    const {code, stderr} = await lab.ctl([...ctys, ...argv], {timeoutMs: 120_000})
    if (code !== 0) throw new Error(`ctys ${argv.join(' ')}: ${stderr}`)
  }
  const send = async (name: string): Promise<Throughput> => {
    // the sender ends when all has gone, the receiver when it has come
    const seconds = Number(
      await sh(`ip netns exec two socat -u TCP-LISTEN:5000,reuseaddr OPEN:/dev/null & got=$!
        until ip netns exec two grep -q ':1388 ' /proc/net/tcp; do sleep 0.1; done
        read -r began _ </proc/uptime
        ip netns exec one socat -u OPEN:/dev/zero,readbytes=${mb * 1_000_000} TCP:10.79.0.2:5000
        wait $got
        read -r ended _ </proc/uptime
        echo "$began $ended" | awk '{ print $2 - $1 }'`),
    )
    return {name, mb, rate: mb / seconds}
  }

  await sh(`${stations}
    ip link add name plain type bridge && ip link set plain up
    for n in one two; do
      ip link add $n-0 type veth peer name eth0 netns $n && ip link set $n-0 master plain up && ip -n $n link set eth0 up
    done
    ip -n one addr add 10.79.0.1/24 dev eth0
    ip -n two addr add 10.79.0.2/24 dev eth0`)
  const plain = await send('a plain bridge, two veth pairs')
  await sh('ip netns del one; ip netns del two; ip link del plain')

  await tell('net', 'up', '-u', 'admin', '--extent', 'switch', 'root@h1')
  await sh(`${stations}
    for n in one two; do
      vde_plug2tap -d -s /var/tmp/vde_switch0.admin tap-$n
      ip link set tap-$n netns $n && ip -n $n link set tap-$n up
    done
    ip -n one addr add 10.79.0.1/24 dev tap-one
    ip -n two addr add 10.79.0.2/24 dev tap-two`)
  const taps = await send('two TAPs of a switch of `ctys net up`')
  await sh('pkill -x vde_plug2tap; ip netns del one; ip netns del two')

  for (const n of [1, 2])
    await lab.startVm(1, lab.makeVm(1, {label: `net0${n}`, mem: 96, net: 'vde', guestIp: `10.78.0.${n}/24`}))
  await typeLine(lab, 1, 'net02', 'nc -l -p 5000 >/dev/null &')
  await typeLine(lab, 1, 'net01', 'ping -c 1 -w 60 10.78.0.2 >/dev/null')
  const said = await heard(
    lab,
    'net01',
    `time sh -c 'dd if=/dev/zero bs=65536 count=${Math.round((guestMb * 1e6) / 65_536)} | nc 10.78.0.2 5000'`,
    /real\s+(\d+)m\s*([\d.]+)s/,
  )
  const [, minutes = '', seconds = ''] = said
  const guests = {
    ...{name: 'two emulated guests on that switch', mb: guestMb},
    rate: guestMb / (Number(minutes) * 60 + Number(seconds)),
  }
  await tell('stop', '--all', '--force', 'h1')
  await tell('net', 'down', '-u', 'admin', 'root@h1')
  return [plain, taps, guests]
}

/** Types a line on the console of a guest of h1 and waits for what it says then. */
async function heard(lab: Lab, label: string, line: string, pattern: RegExp): Promise<RegExpExecArray> {
  const socket = connect(await socketPath(lab, 1, `qemumon.${label}`))
  let text = ''
  socket.on('data', (data) => {
    text += data.toString()
  })
  try {
    socket.write(`${line}\n`)
    await waitUntil(() => pattern.test(text), `${pattern}`, 600_000)
    return pattern.exec(text) ?? ([] as never)
  } finally {
    socket.destroy()
  }
}
