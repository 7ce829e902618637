/** The real debian-installer (Debian: debian-installer-12-netboot-amd64) is given the answers that ctys writes for it. */
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {type Lab, startLab} from '../lab/lab.js'
import {ctys} from './run-ctys.js'

const images = '/usr/lib/debian-installer/images/12/amd64/text/debian-installer/amd64'
let lab: Lab

beforeAll(async () => {
  lab = await startLab({hosts: 1, diskMiB: 256})
})
afterAll(() => lab?.down())

test('debian-installer has taken the answers before it does anything', async () => {
  const key = join(lab.dir, 'client_key.pub')
  const asked = ['netcfg/get_hostname', 'passwd/username', 'partman-auto/disk', 'mirror/http/hostname']
  const tell = `for q in ${asked.join(' ')}; do echo told $q $(debconf-get $q) >/dev/ttyS0; done; poweroff -f`
  const made = await ctys(lab, [
    ...['new', 'deb1', 'h1', '--guest', 'debian-12', '--memory', '512M', '--size', '64M', '--dir', '/vm'],
    ...['--kernel', `${images}/linux`, '--initrd', `${images}/initrd.gz`],
    ...['--unattended', 'preseed', '--ssh-key', key, '--append', `console=ttyS0 preseed/early_command="${tell}"`],
  ])
  expect(made, made.stderr).toMatchObject({code: 0})
  const started = await ctys(lab, [
    'start',
    'deb1',
    '--wait',
    'ready:told mirror/http/hostname',
    '--wait-timeout',
    '300',
  ])
  expect(started, started.stderr).toMatchObject({code: 0})
  const {stdout: said} = await lab.host(1, ['cat', '/vm/deb1/deb1.console.log'])
  const told = [...said.matchAll(/^told (\S+) ([^\r\n]*)/gm)].map(([, question, answer]) => `${question} ${answer}`)
  expect(told).toEqual([
    'netcfg/get_hostname deb1',
    'passwd/username debian',
    'partman-auto/disk /dev/vda',
    'mirror/http/hostname deb.debian.org',
  ])
})
