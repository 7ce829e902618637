import {expect, test} from 'vitest'
import {loginWords} from '../../../../src/cli/console/login-words.js'
import {terminals} from '../../../../src/cli/console/terminals.js'

const window = {
  title: 'web 1 on h1',
  geometry: '80x24+1+2',
  command: ['node', 'ctys', 'console', 'u:1', 'h1'],
  login: ['ssh', 'h1'],
}

test('the console stands whole and last in the words of every terminal, and the machine in its title', () => {
  for (const [type, programs] of Object.entries(terminals)) {
    for (const {name, argv} of programs) {
      const words = argv(window)
      const text = words.join('\0')
      const hasHost = type.endsWith('M') && type.startsWith('EMACS')
      const tail = [...window.command, ...(hasHost ? window.login : [])]
      expect(text.endsWith(`\0${tail.join('\0')}`), `${type} ${name}`).toBe(true)
      expect(text).toContain('web 1 on h1')
      expect(text).toContain('80x24+1+2')
    }
  }
})

test.each([
  ['h1', undefined, ['ssh', '--', 'h1']],
  ['anna@h1:2222', '/etc/s', ['ssh', '-F', '/etc/s', '--', 'ssh://anna@h1:2222']],
  ['anna@[fe80::1]:22', undefined, ['ssh', '--', 'ssh://anna@[fe80::1]:22']],
])('the login beside it is one to %s as ctys reaches it', (host, config, words) => {
  expect(loginWords(host, config)).toEqual(words)
})

test('without a geometry none is named', () => {
  const {geometry, ...rest} = window
  for (const programs of Object.values(terminals)) {
    for (const {argv} of programs) expect(argv(rest).join(' ')).not.toContain('-geometry')
  }
})
