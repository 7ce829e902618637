import {expect, test} from 'vitest'
import {parseSettings} from '../../../../src/parse/make/parse-settings.js'

const parse = (...words: readonly string[]) => {
  const faults: string[] = []
  return {settings: parseSettings(words, faults), faults}
}

test('keys in any case, values as they are, and none', () => {
  expect(parse('VRAM=2G', 'vcpu=4', 'ARG3=a="b" $(c)', 'MAC1=52:54:00:00:00:01', 'APPEND=')).toEqual({
    faults: [],
    settings: [
      {key: 'VRAM', value: '2G'},
      {key: 'VCPU', value: '4'},
      {key: 'ARG3', value: 'a="b" $(c)'},
      {key: 'MAC1', value: '52:54:00:00:00:01'},
      {key: 'APPEND', value: ''},
    ],
  })
})

test('everything wrong at once', () => {
  const {faults} = parse(
    'VRAM=much',
    'VRAN=1',
    'LABEL=x',
    'MAC0=01:00:5e:00:00:01',
    'OS=a"b',
    'NET=a\nb',
    'vcpu',
    'VCPU=1',
    'vcpu=2',
  )
  expect(faults).toEqual([
    "VRAM: 'much' is no amount of memory: MiB, or 2G",
    'VRAN is no key of a configuration (VRAM?)',
    expect.stringMatching(/^LABEL: a machine keeps its name; ctys clone/),
    "MAC0: '01:00:5e:00:00:01' is no MAC address of a machine",
    `OS: 'a"b' holds a quote`,
    expect.stringMatching(/^NET: .* a line end or NUL/s),
    "'vcpu' is no setting: KEY=VALUE, or KEY= to take it out",
    'VCPU is given twice',
  ])
})
