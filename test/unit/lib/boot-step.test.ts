import {expect, test} from 'vitest'
import {parseStep} from '../../../src/lib/boot-step.js'

test.each([
  ['boot> => set tty com0', {wait: {text: 'boot>'}, type: 'set tty com0\r', echo: true}],
  ['boot>=>boot', {wait: {text: 'boot>'}, type: 'boot\r', echo: true}],
  ['/login: $/ => root', {wait: {pattern: 'login: $'}, type: 'root\r', echo: true}],
  ['Password: =>* s e => c', {wait: {text: 'Password:'}, type: 's e => c\r', echo: false}],
  ['menu => \\e\\x5bB\\c', {wait: {text: 'menu'}, type: '\x1b[B', echo: true}],
  ['=> boot', {type: 'boot\r', echo: true}],
  ['login:', {wait: {text: 'login:'}, type: '', echo: true}],
  ['a => ', {wait: {text: 'a'}, type: '\r', echo: true}],
])('%s', (text, step) => {
  expect(parseStep(text)).toEqual({...step, text})
})

test.each([
  ['', 'is no step: WAIT => TYPE'],
  ['/(/ => x', /^waits for what is no pattern/],
  ['a\nb => x', 'holds a line end or NUL'],
  ['a'.repeat(1001), 'has more than 1000 characters'],
])('%j is none', (text, reason) => {
  expect(parseStep(text)).toEqual(typeof reason === 'string' ? reason : expect.stringMatching(reason))
})
