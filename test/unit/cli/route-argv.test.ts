import {expect, test} from 'vitest'
import {routeArgv} from '../../../src/cli/entry/route-argv.js'

const commands = ['find', 'list', 'run', 'inventory:check']

test.each([
  [[], ['--help']],
  [['-h'], ['--help']],
  [['--help'], ['--help']],
  [
    ['help', 'list'],
    ['list', '--help'],
  ],
  [['help'], ['--help']],
  [['--version'], ['--version']],
  [['-V'], ['--version']],
  [['-v'], ['--version']],
  [
    ['-t', 'qemu', '-a', 'list', 'h1'],
    ['run', '-t', 'qemu', '-a', 'list', 'h1'],
  ],
  [
    ['-a', 'list', '-v', 'h1'],
    ['run', '-a', 'list', '-v', 'h1'],
  ],
  [
    ['h1', 'h2'],
    ['run', 'h1', 'h2'],
  ],
  [
    ['list', 'h1'],
    ['list', 'h1'],
  ],
  [
    ['inventory', 'check', '-h'],
    ['inventory', 'check', '-h'],
  ],
  [['inventory'], ['inventory']],
  [['check'], ['run', 'check']],
  [
    ['find', '-V'],
    ['find', '-V'],
  ],
])('%j goes to %j', (argv, routed) => {
  expect(routeArgv(argv, commands)).toEqual(routed)
})
