/** A clock of the host that is set while a start waits: its limit is that of a clock nobody can set. */
import {dirname} from 'node:path'
import {expect, test} from 'vitest'
import {startYard} from '../../../fakes/start-yard.js'

const yard = startYard()

/** A date(1) that is a day on, or back, each time it is asked. */
const stepping = (days: number) => `\
now=$(/bin/date +%s)
count=$(cat "$0.count" 2>/dev/null || echo 0)
echo $((count + 1)) >"$0.count"
case "$*" in
  +%s) echo $((now + count * ${days} * 86400)) ;;
  *) exec /bin/date "$@" ;;
esac`

test.each([1, -1])('a clock that steps by %d days while a machine comes up does not end its start', async (days) => {
  const {label} = yard.machine('sleep 2; start_qemu')
  const date = yard.program('date', stepping(days))
  const data = await yard.start(label, {timeoutMs: 20_000}, {PATH: `${dirname(date)}:${process.env.PATH}`})
  expect(data).toMatchObject({reused: false, machine: {label}})
  expect(yard.ours()).toEqual([data.machine.pid])
})

test('nor does it make one that comes to nothing wait longer', async () => {
  const {label} = yard.machine('exec sleep 30')
  const date = yard.program('date', stepping(-1))
  const began = performance.now()
  const start = yard.start(label, {timeoutMs: 2_000}, {PATH: `${dirname(date)}:${process.env.PATH}`})
  await expect(start).rejects.toMatchObject({code: expect.stringMatching(/^START_/)})
  expect(performance.now() - began).toBeLessThan(60_000)
})
