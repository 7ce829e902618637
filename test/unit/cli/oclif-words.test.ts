import {expect, test} from 'vitest'
import {oclifFaults, unknownSecondWord} from '../../../src/cli/entry/oclif-words.js'

test.each([
  [
    'The following error occurred:\n  --stdio=true cannot also be provided when using --append\nSee more help with --help',
    ['--append and --stdio exclude each other'],
  ],
  [
    'The following errors occurred:\n' +
      '  --connect=true cannot also be provided when using --reuse\n' +
      '  --reuse=true cannot also be provided when using --connect',
    ['--connect and --reuse exclude each other'],
  ],
  ['Nonexistent flag: --x\nSee more help with --help', ['unknown option --x']],
  ['Nonexistent flags: --x, -y', ['unknown option --x', 'unknown option -y']],
  ['Nonexistent flag: --consle\nSee more help with --help', ['unknown option --consle; did you mean --console?']],
  [
    'Missing 2 required args:\nmachine  label, path or machine address\nhow\n\nNote: --where allows multiple values. Because ' +
      'of this you need\nAlternatively, you can use "--" to signify the end\nSee more help with --help',
    ['MACHINE is missing: label, path or machine address', 'HOW is missing'],
  ],
  [
    'Expected --how=rebot to be one of: poweroff, reboot\nSee more help with --help',
    ["--how: 'rebot' is none of poweroff, reboot; did you mean reboot?"],
  ],
  ['Expected web01 to be one of: list, save', ["'web01' is none of list, save"]],
  ['Flag --console expects a value', ['--console has no value']],
  ['Flag --cost expects one of these values: mincnt, maxcnt', ['--cost has no value: one of mincnt, maxcnt']],
  [
    'Parsing --fanout \n\tExpected an integer but received: abc\nSee more help with --help',
    ["--fanout: 'abc' is no whole number"],
  ],
  [
    'Parsing --fanout \n\tExpected an integer greater than or equal to 1 but received: 0\nSee more help with --help',
    ['--fanout: 0 is less than 1'],
  ],
  [
    'Parsing --fanout \n\tExpected an integer less than or equal to 1024 but received: 2000',
    ['--fanout: 2000 is more than 1024'],
  ],
  ['Unexpected arguments: a, b\nSee more help with --help', ['more words than it takes: a, b']],
  ['something new', ['something new']],
])('%j is told as %j', (message, faults) => {
  expect(oclifFaults(message, ['--console', '--cost'])).toEqual(faults)
})

const commands = ['find', 'inventory:check', 'inventory:merge']

test.each([
  [['inventory', 'chek'], "'inventory chek' is no command; did you mean inventory check?"],
  [['inventory', 'dance', 'x'], "'inventory dance' is no command; there are check, merge"],
  [['inventory', 'check'], undefined],
  [['find', 'x'], undefined],
  [[], undefined],
])('of the second word of %j is said %j', (argv, said) => {
  expect(unknownSecondWord(argv, commands)).toBe(said)
})
