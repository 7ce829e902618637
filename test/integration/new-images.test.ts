/** New machines of images that come to lab hosts from here, as typed. */

import {execFileSync} from 'node:child_process'
import {createHash, randomBytes} from 'node:crypto'
import {copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {cloudImage} from '../lab/guest-image.js'
import {type Lab, startLab} from '../lab/lab.js'
import {ctys, ctysJson} from './run-ctys.js'

let lab: Lab
let file = ''
beforeAll(async () => {
  lab = await startLab({hosts: 2})
  file = `${lab.ctlHome}/base.qcow2`
  const raw = `${lab.ctlHome}/raw`
  writeFileSync(raw, Buffer.concat([randomBytes(2_000_000), Buffer.alloc(2_000_000)]))
  execFileSync('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', raw, file])
})
afterAll(() => lab?.down())

const sha256 = () => createHash('sha256').update(readFileSync(file)).digest('hex')
const images = (host: number, dir = 'vm') => readdirSync(lab.hostPath(host, `/home/admin/${dir}/.images`))

test('a file here goes to each host once, and the machines there stand on it', async () => {
  const words = ['new', 'web[1-4]', 'h1', 'h2', '--image', file.replace('/', 'here:/'), '--memory', '64M']
  const plan = await ctys(lab, [...words, '-n'])
  expect(plan.stdout).toMatch(/h1 .*image base\.qcow2/)
  const made = await ctys(lab, words)
  expect(made, made.stderr).toMatchObject({code: 0})
  expect(made.stderr.match(/base-[0-9a-f]{16}\.qcow2 was sent, 3 MiB|was sent/g)).toHaveLength(2)
  const name = `base-${sha256().slice(0, 16)}.qcow2`
  expect([images(1), images(2)]).toEqual([[name], [name]])
  expect(readFileSync(lab.hostPath(1, `/home/admin/vm/.images/${name}`)).equals(readFileSync(file))).toBe(true)
  const info = execFileSync('qemu-img', ['info', lab.hostPath(2, '/home/admin/vm/web2/web2.qcow2')]).toString()
  expect(info).toContain(`backing file: /home/admin/vm/.images/${name}`)
  const again = await ctys(lab, words)
  expect(again).toMatchObject({code: 1, stderr: expect.stringContaining('nothing was made: all 4 were there already')})
  const start = await ctys(lab, ['start', 'web2'])
  expect(start, start.stderr).toMatchObject({code: 0})
  expect(await ctys(lab, ['stop', 'web2', '--force'])).toMatchObject({code: 0})
})

test('an address is fetched by the host; without its checksum, or with another one, nothing is made', async () => {
  const server = `require('http').createServer((q,r)=>r.end(require('fs').readFileSync(${JSON.stringify(file)}))).listen(8080,()=>console.log('up'))`
  const child = lab.spawnCtl([process.execPath, '-e', server])
  await new Promise((resolve) => child.stdout?.once('data', resolve))
  try {
    const {stdout} = await lab.host(1, [
      'sh',
      '-c',
      "ip route | sed -n 's/.*dev \\([^ ]*\\).*/\\1/p' | head -n 1; ip -4 neigh",
    ])
    const ctl = (
      await lab.ctl([
        'sh',
        '-c',
        "ip -4 -o addr show scope global | sed -n 's/.* inet \\([0-9.]*\\).*/\\1/p' | head -n 1",
      ])
    ).stdout.trim()
    expect(ctl, stdout).toMatch(/^[0-9.]+$/)
    const words = ['new', 'net1', 'h1', '--dir', 'net', '--image', `http://${ctl}:8080/net.img`, '--memory', '64M']
    expect(await ctys(lab, words)).toMatchObject({code: 2, stderr: expect.stringContaining('give its sha256')})
    const wrong = await ctysJson(lab, [...words, '--sha256', 'a'.repeat(64)])
    expect(wrong.exitCode).toBe(1)
    expect(wrong.outcomes.map((outcome) => ('error' in outcome ? outcome.error.code : ''))).toEqual([
      'IMAGE_UNUSABLE',
      'NOT_BEGUN',
    ])
    expect(images(1, 'net')).toEqual([])
    const made = await ctys(lab, [...words, '--sha256', sha256()])
    expect(made, made.stderr).toMatchObject({code: 0, stderr: expect.stringContaining('was fetched by the host')})
    expect(images(1, 'net')).toEqual([`net-${sha256().slice(0, 16)}.img`])
  } finally {
    child.kill()
  }
})

test('the catalogue is listed, and a name that is none is refused with what may be meant', async () => {
  const list = await ctys(lab, ['images', 'debian', 'aarch64'])
  expect(list, list.stderr).toMatchObject({code: 0})
  expect(list.stdout).toMatch(/^debian-12 .*never fetched here/m)
  const wrong = await ctys(lab, ['new', 'x', 'h1', '--image', 'debian-21'])
  expect(wrong).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/'debian-21' is no image of the catalogue \(debian-\d+\?\)/),
  })
  mkdirSync(`${lab.ctlHome}/.ctys`, {recursive: true})
})

// minutes of an emulated CPU
if (process.env.CTYS_LONG === '1') {
  let roomy: Lab
  beforeAll(async () => {
    roomy = await startLab({hosts: 1, diskMiB: 1024})
    copyFileSync(await cloudImage(), `${roomy.ctlHome}/debian-12.qcow2`)
  }, 2_000_000)
  afterAll(() => roomy?.down())

  test.each([
    ['vm1', 'by DHCP', [], /^vm1 login:/m],
    [
      'vm2',
      'a static address',
      ['--ip', '10.0.2.77/24', '--gateway', '10.0.2.2'],
      /\| +eth0 +\| +True +\| +10\.0\.2\.77 .*\| +0\.0\.0\.0 +\| +10\.0\.2\.2 /s,
    ],
  ] as const)('real cloud-init takes what %s is given: %s', {timeout: 1_900_000}, async (name, _, more, says) => {
    const key = `${roomy.ctlHome}/${name}`
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
    const image = ['--image', `here:${roomy.ctlHome}/debian-12.qcow2`, '--memory', '512M']
    const wait = ['--wait', 'ready:Cloud-init v.* finished', '--wait-timeout', '1500']
    const argv = ['new', name, 'h1', '--dir', 'cloud', ...image, ...more, ...wait, '--ssh-key', `${key}.pub`]
    const made = await ctys(roomy, argv, {timeoutMs: 1_800_000})
    expect(made, made.stderr).toMatchObject({code: 0})
    const log = readFileSync(roomy.hostPath(1, `/home/admin/cloud/${name}/${name}.console.log`), 'utf8')
    expect(log).toMatch(says)
    // its table of the keys that it let in
    expect(log).toContain('Authorized keys from /home/debian/.ssh/authorized_keys')
    expect(await ctys(roomy, ['stop', name, 'h1', '--force'])).toMatchObject({code: 0})
    expect(await ctys(roomy, ['remove', name, 'h1', '--yes'])).toMatchObject({code: 0})
  })
}
