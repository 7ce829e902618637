import {expect, test} from 'vitest'
import {createMonitorPrompt} from '../../../../src/cli/console/monitor-prompt.js'

function typed(...chunks: readonly string[]) {
  let shown = ''
  const lines: (string | undefined)[] = []
  const prompt = createMonitorPrompt({
    write: (text) => {
      shown += text
    },
    done: (line) => lines.push(line),
  })
  for (const chunk of chunks) prompt.type(Buffer.from(chunk))
  return {shown, lines}
}

test('a line is seen as it is typed, and handed over at its end', () => {
  expect(typed('info sta', 'tus\r')).toEqual({shown: '\r\n(monitor) info status\r\n', lines: ['info status']})
})

test('backspace and Ctrl-U take back what was typed, and no more', () => {
  expect(typed('\x7f\x7fab\x7fc\r').lines).toEqual(['ac'])
  expect(typed('nonsense\x15info name\r').lines).toEqual(['info name'])
})

test.each(['\r', '\x03', '\x04', 'quit\x1b'])('%j asks for nothing', (keys) => {
  expect(typed(keys).lines).toEqual([undefined])
})

test('what follows the end of the line is not for the monitor', () => {
  expect(typed('info name\rquit\r').lines).toEqual(['info name'])
})
