import {expect, test} from 'vitest'
import {oclifFaults, unknownSecondWord} from '../../../src/cli/entry/oclif-words.js'

test.each([
  [
    'The following error occurred:\n  --stdio=true cannot also be provided when using --append\nSee more help with --help',
    ['--stdio and --append exclude each other'],
  ],
  [
    'The following errors occurred:\n' +
      '  --connect=true cannot also be provided when using --reuse\n' +
      '  --reuse=true cannot also be provided when using --connect',
    ['--connect and --reuse exclude each other'],
  ],
  ['Nonexistent flag: --x\nSee more help with --help', ['unknown option --x']],
  ['Nonexistent flags: --x, -y', ['unknown option --x, -y']],
])('%j is told as %j', (message, faults) => {
  expect(oclifFaults(message)).toEqual(faults)
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
