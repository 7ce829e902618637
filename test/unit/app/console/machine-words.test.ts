import {expect, test} from 'vitest'
import {readMachineWords} from '../../../../src/app/console/machine-words.js'
import {createHostsWorld} from '../../../fakes/hosts-world.js'
import {record} from '../../../golden/report/samples.js'

test('a host whose own record has its name as a label is a host, and every word with --on a machine', async () => {
  const records = [
    record({host: 'h1', label: 'web01'}),
    record({type: 'PM', host: 'h1', label: 'h1', id: '', uuid: ''}),
  ]
  const {context} = createHostsWorld(records, {})
  const words = ['web01', 'h1', 'h2', '@lab', 'pid:7', 'web*']
  expect(await readMachineWords(words, undefined, context)).toEqual({
    machines: ['web01', 'pid:7', 'web*'],
    hosts: ['h1', 'h2', '@lab'],
  })
  expect(await readMachineWords(['h1'], 'h2', context)).toEqual({machines: ['h1'], hosts: ['h2']})
})
