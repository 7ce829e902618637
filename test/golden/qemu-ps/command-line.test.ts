import {expect, test} from 'vitest'
import {parseCommandLine} from '../../../src/drivers/qemu/process/command-line.js'
import cases from './command-lines.json' with {type: 'json'}

test.each(cases)('$title', ({argv, expected}) => {
  expect(parseCommandLine(argv)).toMatchObject(expected)
})
