import {expect, test} from 'vitest'
import {acceleratorOf} from '../../../src/drivers/qemu/process/accelerator.js'
import {parseCommandLine} from '../../../src/drivers/qemu/process/command-line.js'
import cases from './command-lines.json' with {type: 'json'}

test.each(cases)('$title', ({argv, expected}) => {
  const parsed = parseCommandLine(argv)
  const accelerator = acceleratorOf(argv, parsed.options, {})
  expect({...parsed, accelerator}).toMatchObject(expected)
})
