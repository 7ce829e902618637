/** Into what has the address of a guest, by way of its host: sshd of the host itself stands for that of a guest. */
import {once} from 'node:events'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {type Lab, startLab} from '../lab/lab.js'
import {ctys, ctysFile} from './run-ctys.js'

let lab: Lab
let config: string
const uuid = '11111111-2222-3333-4444-555555555555'

beforeAll(async () => {
  lab = await startLab({hosts: 2})
  lab.makeVm(2, {label: 'web', mem: 96, uuid, keys: {IP0: '10.77.0.2'}})
  expect(await ctys(lab, ['scan', 'h2', '--base', '/vm'])).toMatchObject({code: 0})
  config = join(lab.dir, 'guest_config')
  writeFileSync(
    config,
    `${readFileSync(lab.sshConfig, 'utf8')}\nHost *\n  IdentityFile ${lab.clientKey}\n  BatchMode yes\n`,
  )
})

afterAll(() => lab?.down())

test('a login is one to the recorded address by way of the host, known by the UUID of the machine', async () => {
  const words = ['ssh', 'admin@web', '--ssh-config', config, '--', 'sh', '-c', "'echo in-$((40+2)); exit 7'"]
  const unknown = await ctys(lab, words)
  expect(unknown.code).toBe(255)
  expect(unknown.stderr).toMatch(/Host key verification failed/)
  // as a person would have said yes: under the name that is the machine's own
  const [key = ''] =
    /ssh-ed25519 \S+/.exec(
      readFileSync(lab.knownHosts, 'utf8')
        .split('\n')
        .find((line) => /^(h2|10\.77\.0\.2)\b/.test(line)) ?? '',
    ) ?? []
  const alias = `ctys-${uuid}`
  writeFileSync(join(await inventoryDir(), 'guest-known-hosts'), `${alias},ctys-${uuid.replaceAll('-', '')} ${key}\n`)
  const {code, stdout, stderr} = await ctys(lab, words)
  expect([code, stdout.trim()], stderr).toEqual([7, 'in-42'])
})

/** The directory of the inventory, where host keys of guests are kept. */
async function inventoryDir(): Promise<string> {
  const {stdout} = await lab.ctl(['find', lab.ctlHome, '-name', 'enum.fdb'])
  return (
    stdout
      .trim()
      .split('\n')[0]
      ?.replace(/\/enum\.fdb$/, '') ?? ''
  )
}

test('a port of the guest is one of this machine until it is left', async () => {
  expect(await ctys(lab, ['start', 'web'])).toMatchObject({code: 0})
  const child = lab.spawnCtl([process.execPath, ctysFile, 'forward', 'web', '0:22'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let told = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    told += chunk.toString()
  })
  await expect.poll(() => told, {timeout: 30_000}).toMatch(/127\.0\.0\.1:\d+ is port 22 of web \(10\.77\.0\.2\) by h2/)
  const port = /127\.0\.0\.1:(\d+)/.exec(told)?.[1] ?? ''
  const {stdout} = await lab.ctl([
    process.execPath,
    '-e',
    `require('net').connect(${port}, '127.0.0.1').once('data', (d) => { console.log(String(d)); process.exit() })`,
  ])
  expect(stdout).toMatch(/^SSH-2\.0/)
  child.kill('SIGINT')
  const [code] = await once(child, 'exit')
  expect(code, told).toBe(0)
})

test('wrong words', async () => {
  expect(await ctys(lab, ['forward', 'web', '80:x'])).toMatchObject({code: 2})
  expect(await ctys(lab, ['ssh', 'a b@web'])).toMatchObject({code: 2})
  expect(await ctys(lab, ['ssh', 'nobody'])).toMatchObject({code: 3})
})
