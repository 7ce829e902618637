import {describe, expect, test} from 'vitest'
import {printCall} from '../../../src/parse/classic/print-call.js'
import {readCall} from '../../../src/parse/classic/read-call.js'

const read = (...words: string[]) => {
  const faults: string[] = []
  return {call: readCall(words, faults).call, faults}
}

describe('the words of a call', () => {
  test.each([
    [['-alist', '-nX', '-lroot', 'h1'], {letters: {X: '', l: 'root', n: ''}, action: {name: 'LIST', words: []}}],
    [
      ['-a=list', '--type=kvm', '--login', 'root'],
      {letters: {l: 'root', t: 'QEMU'}, action: {name: 'LIST', words: []}},
    ],
    [
      ['-b', '0,2', '-c', 'only,on', '-d', 'pf,3,w:0'],
      {letters: {b: 'SYNC,SEQUENTIAL', c: 'ON,ONLY', d: '3,WARNING:0,PRINTFINAL'}},
    ],
    [['-T', 'qemu%kvm,vnc'], {letters: {T: 'QEMU,QEMU,VNC'}}],
    [
      ['-a', 'create=KERNEL:/k,/i,ro quiet,c:a=b:c,1:x'],
      {
        letters: {},
        action: {
          name: 'CREATE',
          words: [
            {name: 'KERNEL', value: '/k,/i,ro quiet'},
            {name: 'CALLOPTS', value: 'a=b:c'},
            {name: 'LABEL', value: 'x'},
          ],
        },
      },
    ],
  ])('%j', (words, options) => {
    expect(read(...words)).toMatchObject({call: {options}, faults: []})
  })

  test.each([
    [
      "VMSTACK'{ root@h1( -t cli -Z ksu ) [fe80::1]:22[vm1][l:vm2](-d 1) }'",
      {
        keyword: 'VMSTACK',
        targets: [
          {word: 'root@h1', levels: [], options: {letters: {Z: 'KSU', t: 'CLI'}}},
          {word: '[fe80::1]:22', levels: ['vm1', 'l:vm2'], options: {letters: {d: '1'}}},
        ],
      },
    ],
    [
      'SUBGROUP{a,b c}(-l x)',
      {keyword: 'SUBGROUP', targets: [{word: 'a'}, {word: 'b'}, {word: 'c'}], options: {letters: {l: 'x'}}},
    ],
    ['{h1}', {keyword: 'SUBTASK', targets: [{word: 'h1'}]}],
    ["h1'(-s USRLST=(a,b))'", {word: 'h1', options: {letters: {s: 'USRLST=(a,b)'}}}],
  ])('%s is a target', (text, target) => {
    const {call, faults} = read('--', ...text.split(' '))
    expect(faults).toEqual([])
    expect(read(...printCall(call))).toEqual({call, faults: []})
    expect(call.targets).toMatchObject([target])
  })
})
