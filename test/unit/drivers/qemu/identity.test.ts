import {expect, test} from 'vitest'
import type {Monitor} from '../../../../src/drivers/qemu/monitor/adapters.js'
import {proveIdentity} from '../../../../src/drivers/qemu/monitor/identity.js'
import {parseCommandLine} from '../../../../src/drivers/qemu/process/command-line.js'
import type {QemuProcess} from '../../../../src/drivers/qemu/process/processes.js'

const uuid = '11111111-2222-4333-8444-555555555555'

function prove(
  words: readonly string[],
  answers: Readonly<Record<string, string>>,
  kind: Monitor['kind'],
  held = false,
) {
  const commandLine = parseCommandLine(['qemu-system-x86_64', ...words])
  const monitor = {kind, human: async (line: string) => answers[line] ?? ''} as Monitor
  return proveIdentity(monitor, {commandLine, label: 'x', pid: 7} as QemuProcess, {isHeld: held})
}

const named = (name: string) => ['-name', name, '-uuid', uuid]
const says = (name: string, id = uuid) => ({'info name': `${name}\n`, 'info uuid': `${id}\n`})

test.each<[string, string[], Record<string, string>]>([
  ['its name and UUID', named('web01'), says('web01')],
  ['its UUID in upper case', ['-uuid', uuid.toUpperCase()], says('')],
  ['a name with blanks around it', named(' web 01 '), says(' web 01 ')],
  ['a name in two lines', named('web\n01'), says('web\n01')],
  ['a name of 300 bytes', named('x'.repeat(300)), says('x'.repeat(300))],
  ['a name that is no UTF-8', named('caf\ufffd\ufffd'), says('caf\ufffd')],
  ['a name that acts on a terminal', named('a\x1b[2Jb'), says('ab')],
  ['the disk of one without a name', ['-hda', '/vm/a b.img'], {'info block': 'ide0 (#b): /vm/a b.img (raw)\n'}],
])('%s is proof', async (_what, words, answers) => {
  for (const kind of ['qmp', 'hmp', 'mux'] as const) await prove(words, answers, kind)
})

test.each<[string, string[], Record<string, string>]>([
  ['another name', named('web01'), says('web02')],
  ['a longer name', named('web01'), says('prod-web01')],
  ['another UUID', named('web01'), says('web01', uuid.replace('1', '2'))],
  ['no answer', named('web01'), {}],
  ['another disk', ['-hda', '/vm/a.img'], {'info block': 'ide0: /vm/b.img (raw)\n'}],
  ['nothing to compare', ['-m', '64'], {}],
])('%s is none', async (_what, words, answers) => {
  for (const kind of ['qmp', 'hmp'] as const) {
    await expect(prove(words, answers, kind)).rejects.toMatchObject({code: 'STOP_UNPROVEN'})
  }
})

test('what the guest prints on a shared line may stand before a name', async () => {
  await prove(named('web01'), says('[ 1.0] hello\n[ 1.1] web01'), 'mux')
})

test('where there is nothing to compare the socket among its descriptors is proof', async () => {
  await prove(['-m', '64'], {}, 'hmp', true)
})
