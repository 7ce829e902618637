import {expect, test} from 'vitest'
import {routeArgv} from '../../../src/cli/entry/route-argv.js'

const flags = (valued: readonly string[], bare: readonly string[]) => ({valued: new Set(valued), bare: new Set(bare)})
const commands = new Map([
  ['find', flags(['--output', '-o'], ['--json', '-X'])],
  ['list', flags(['--login', '-l', '--type', '-t'], ['--json', '-X', '--running'])],
  ['run', flags(['--login', '-l', '--type', '-t', '--action', '-a'], ['--dry-run', '-n', '-X', '--json'])],
  ['stop', flags(['--login', '-l', '--type', '-t', '--grace'], ['--dry-run', '-n', '-X', '--json', '--force'])],
  ['inventory:check', flags(['--inventory', '-p'], ['--json'])],
])

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
  [['-VV'], ['--version']],
  [['-XV'], ['--version', '-X']],
  [
    ['-t', '-a', 'list'],
    ['run', '-t', '-a', 'list'],
  ],
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
  // a command behind options that are its own
  [
    ['-n', 'stop', 'web01', '--grace', '5'],
    ['stop', '-n', 'web01', '--grace', '5'],
  ],
  [
    ['--grace', '5', '-n', 'stop', 'web01', '--force'],
    ['stop', '--grace', '5', '-n', 'web01', '--force'],
  ],
  [
    ['--grace=5', '-nX', 'stop', 'web01'],
    ['stop', '--grace=5', '-nX', 'web01'],
  ],
  [
    ['-lroot', '-nl', 'me', 'stop', 'web01'],
    ['stop', '-lroot', '-nl', 'me', 'web01'],
  ],
  [
    ['--json', '-p', '/db', 'inventory', 'check'],
    ['inventory', 'check', '--json', '-p', '/db'],
  ],
  // the value of an option is no command, and whoever gives an action names hosts
  [
    ['-l', 'stop', 'h1'],
    ['run', '-l', 'stop', 'h1'],
  ],
  [
    ['-a', 'list', 'stop'],
    ['run', '-a', 'list', 'stop'],
  ],
  [
    ['--bogus', 'stop', 'web01'],
    ['run', '--bogus', 'stop', 'web01'],
  ],
  [
    ['-n', '--', 'stop'],
    ['run', '-n', '--', 'stop'],
  ],
])('%j goes to %j', (argv, routed) => {
  expect(routeArgv(argv, commands)).toEqual(routed)
})
