import {spawnSync} from 'node:child_process'
import {expect, test} from 'vitest'
import {readHostRow} from '../../../../src/drivers/host/list/ask-host-row.js'
import {hostRowScript} from '../../../../src/drivers/host/remote/host-row.js'

// SC2016: programs of awk
test('the script has no finding of shellcheck', () => {
  const {status, stdout} = spawnSync('shellcheck', ['-s', 'sh', '-e', 'SC2016', '-'], {
    input: hostRowScript.text,
    encoding: 'utf8',
  })
  expect([status, stdout]).toEqual([0, ''])
})

test.each([['dash'], ['bash', '--posix'], ['mksh'], ['busybox', 'sh']])(
  'under %s it says what this host is',
  (...sh) => {
    const [shell = '', ...options] = sh
    const {status, stdout, stderr} = spawnSync(shell, [...options, '-c', hostRowScript.text, 'host-row'])
    const release = spawnSync('uname', ['-r'], {encoding: 'utf8'}).stdout.trim()
    expect([status, stderr.toString()]).toEqual([0, ''])
    expect(readHostRow(stdout)).toMatchObject({system: `Linux-${release}`, id: '', label: ''})
  },
)

const facts = `G
P name vm.example.org
P os Linux
P release 6.1.0-18-amd64
P arch x86_64
P dist debian
P distrel 12
P addr br0 10.0.0.1/24
P addr eth0 192.0.2.2/24
P mac br0 02:00:00:00:00:01
P mac eth0 00:50:56:13:11:01
P gateway 192.0.2.1 eth0
P exact 12.11
`
const row = {
  ...{label: '', id: '', uuid: '', mac: '00:50:56:13:11:01', tcp: '192.0.2.2', ifName: 'eth0'},
  ...{system: 'Linux-6.1.0-18-amd64', distribution: 'debian-12.11', accelerator: 'PARA', arch: 'x86_64'},
}

test('the interface with the gateway is the one that is shown', () => {
  expect(readHostRow(Buffer.from(facts))).toEqual(row)
  expect(readHostRow(Buffer.from(facts.replace('exact 12.11', 'exact trixie/sid')))?.distribution).toBe('debian-12')
  expect(readHostRow(Buffer.from(`${facts}P virtual 1\n`))?.accelerator).toBe('HVM')
})

test('the file of the host wins', () => {
  const file = '#@#MAGICID-PM\n#@#UUID = "462a9f2fe2c444a991c0f66e95714687"\n'
  const found = readHostRow(Buffer.from(`${facts}F\n${file}P arch none\n`))
  expect(found).toEqual({...row, id: '/etc/ctys.d/pm.conf', uuid: '462a9f2fe2c444a991c0f66e95714687'})
  expect(readHostRow(Buffer.from(`${facts}F\n${file}#@#LABEL = "rack7"\n`))?.label).toBe('rack7')
})

test('a host that says nothing is not shown', () => {
  expect(readHostRow(Buffer.from('P name ;\n'))).toBeUndefined()
})
