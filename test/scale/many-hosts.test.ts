/** Planning for many hosts takes a time that is counted in runs of a yardstick. */
import {expect, test} from 'vitest'
import {start} from '../fakes/start-stop.js'
import {processorMs, timesYardstick} from '../fakes/yardstick.js'
import {record} from '../golden/report/samples.js'

test('a start on a thousand hosts is planned as fast as they are read', async () => {
  const records = Array.from({length: 1000}, (_, i) =>
    record({
      host: `h${i}`,
      label: 'dns',
      uuid: `e${i.toString(16).padStart(31, '0')}`,
      disks: `local/b${i}/8:1:7`,
      mac: '',
      tcp: '',
    }),
  )
  const targets = records.map(({host}) => host)
  const begin = processorMs()
  const {report} = await start(records, {}, {machine: 'dns', targets, dryRun: true})
  expect(processorMs() - begin).toBeLessThan(timesYardstick(120, processorMs))
  expect(report.stderr).toContain('dry run: 1000 jobs')
})
