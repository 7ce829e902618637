import {expect, test} from 'vitest'
import type {CreateAsk} from '../../../../src/domain/work/asks.js'
import {wantedDisplay, wrapperCall, wrapperOptions} from '../../../../src/drivers/qemu/create/wrapper-argv.js'
import {cleanBase, configPrefix, wrapperPaths} from '../../../../src/drivers/qemu/paths.js'

const action = (more: Partial<CreateAsk>): CreateAsk => ({
  machine: {label: 'web01'},
  mode: 'new',
  console: 'NONE',
  timeoutMs: 1000,
  ...more,
})

test.each<[Partial<CreateAsk>, string[], string]>([
  [{}, ['--console=NONE'], ''],
  [{console: 'VNC'}, ['--console=VNC'], 'auto'],
  [{console: 'VNC', vncDisplay: 7}, ['--console=VNC'], '7'],
  [{vncDisplay: 0}, ['--console=NONE'], '0'],
  [{bootMode: 'PXE'}, ['--console=NONE', '--bootmode=PXE'], ''],
  [{instMode: ''}, ['--console=NONE', '--instmode'], ''],
  [{instMode: 'CD%default%HDD%default%INIT'}, ['--console=NONE', '--instmode=CD%default%HDD%default%INIT'], ''],
  [{argsAdd: "-m 64 '$(x)'"}, ['--console=NONE', "--argsadd=-m 64 '$(x)'"], ''],
])('%j calls the wrapper with %j and display %j', (more, options, display) => {
  expect(wrapperOptions(action(more))).toEqual(options)
  expect(wantedDisplay(action(more))).toBe(display)
})

test.each<[Partial<CreateAsk>, string, string[]]>([
  [{}, '', ['/w.sh', '--console=NONE']],
  [{}, '3', ['/w.sh', '--console=NONE']],
  [{console: 'VNC'}, '3', ['/w.sh', '--console=VNC', '--vncaccessdisplay=3']],
  [{console: 'VNC'}, '', ['/w.sh', '--console=VNC']],
  [{vncDisplay: 7, argsAdd: '-m 64'}, '7', ['/w.sh', '--console=NONE', '--argsadd=-m 64', '--vncaccessdisplay=7']],
])('%j with display %j is told as %j', (more, display, call) => {
  expect(wrapperCall('/w.sh', action(more), display)).toEqual(call)
})

test.each([
  ['/vm/web01/web01.ctys', 'web01', ['/vm/web01/web01.sh', '/vm/web01/web01.ctys']],
  ['/vm/old/old.conf', 'old', ['/vm/old/old.sh', '/vm/old/old.ctys', '/vm/old/old.conf']],
  ['/vm/a.b/a.b.ctys', 'a.b', ['/vm/a.b/a.b.sh', '/vm/a.b/a.b.ctys']],
  ['/x.ctys', 'x', ['/x.sh', '/x.ctys']],
])('%s has the prefix %s and one of the wrappers %j', (path, prefix, wrappers) => {
  expect([configPrefix(path), wrapperPaths(path)]).toEqual([prefix, wrappers])
})

test.each([
  ['/vm//web/./x/', '/vm/web/x'],
  ['/', '/'],
  ['', ''],
  ['.', ''],
  ['~', ''],
  ['~/vm', 'vm'],
  ['a/../b', 'a/../b'],
])('the base %j is written %j', (base, clean) => {
  expect(cleanBase(base)).toBe(clean)
})
