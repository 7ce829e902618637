import {spawnSync} from 'node:child_process'
import {chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {readConfigFile} from '../../../../src/drivers/config/config-file.js'
import {readHost} from '../../../../src/drivers/host/pm/reader.js'
import {scanHost} from '../../../../src/drivers/host/scan/enumerate.js'
import {posixCksum} from '../../../../src/lib/posix-cksum.js'
import {createLocalTransport} from '../../../../src/transport/local/local.js'
import {sessionUnderShell} from '../../../fakes/local-session.js'
import {timesYardstick} from '../../../fakes/yardstick.js'

const read = (text: string, path: string) => readConfigFile(Buffer.from(text), path)

describe('a Xen domU configuration', () => {
  const domU = `# NetBSD domU
name = "nbsd"
uuid = '6842caf9-1e3e-4324-9ed5-96b8b9f2c5c2'
memory = 64;
vcpus=2   # two
kernel = "/netbsd-XEN3_DOMU.gz"
vif = [ 'mac=00:16:3e:01:02:03,bridge=bridge0',   # first
        "mac=00:16:3E:01:02:04, ip=10.0.0.9", ]
disk = [ 'phy:/dev/wd0e,0x1,w', 'file:/img/x.iso,0x2,r' ]
on_reboot = os.system("rm -rf /")
`
  test.each(['/usr/pkg/etc/xen/nbsd', '/etc/xen/nbsd.cfg', '/etc/xen/nbsd.conf'])('is read at %s', (path) => {
    const shared = {
      vram: '64',
      vcpu: '2',
      accelerator: 'PARA',
      contextString: 'phy:/dev/wd0e,0x1,w file:/img/x.iso,0x2,r',
    }
    expect(read(domU, path)).toEqual({
      type: 'XEN',
      rejects: [],
      ignored: false,
      machine: {
        type: 'XEN',
        label: 'nbsd',
        id: path,
        uuid: '6842caf91e3e43249ed596b8b9f2c5c2',
        interfaces: [
          {...shared, mac: '00:16:3E:01:02:03', relay: 'bridge0', ifName: '0'},
          {...shared, mac: '00:16:3E:01:02:04', tcp: '10.0.0.9', ifName: '1'},
        ],
      },
    })
  })

  test('gives way to the keys of ctys in it', () => {
    const text = `#@#MAGICID-XEN\n#@#LABEL = "mine"\n#@#VCPU = "4"\n${domU}`
    expect(read(text, '/etc/xen/nbsd')?.machine).toMatchObject({label: 'mine', interfaces: [{vcpu: '4'}, {vcpu: '4'}]})
  })

  test.each([
    ['type = "hvm"', 'HVM'],
    ["builder='hvm'", 'HVM'],
    ['type = "pvh"', 'PVH'],
    ['type = "pv"', 'PARA'],
  ])('with %s is %s', (line, accelerator) => {
    const reading = read(`name = "x"\nmemory = 1\n${line}\n`, '/etc/xen/x.cfg')
    expect(reading?.machine?.interfaces[0]?.accelerator).toBe(accelerator)
  })

  test.each([
    ['a name alone', 'name = "x"\n'],
    ['no name', 'memory = 64\nvcpus = 2\n'],
    ['an expression for a name', 'name = "a" + "b"\nmemory = 64\ndisk = [ \'x\' ]\n'],
    ['a mail program', '[general]\nname = "x"\ncolor = blue\n'],
  ])('is not what has %s', (_, text) => {
    expect(read(text, '/etc/xen/x.cfg')).toBeNull()
  })

  test('with a name that is no label is rejected with its reason', () => {
    const reading = read('name = "a b;$(x)"\nmemory = 64\nkernel = "x"\n', '/etc/xen/ok.cfg')
    expect(reading?.rejects).toMatchObject([{path: '/etc/xen/ok.cfg', reason: expect.stringContaining('no label')}])
  })

  test('marked MAGICID-IGNORE is left out', () => {
    expect(read(`#@#MAGICID-IGNORE\n${domU}`, '/etc/xen/x')).toEqual({type: 'XEN', rejects: [], ignored: true})
  })

  test('of any bytes is read in no time', () => {
    const limitMs = timesYardstick(9)
    const pieces = fc.constantFrom('name = ', 'vif = [', '"', "'", '# ', '#', '\n', ' ', 'x', ',', ']', 'memory = 1\n')
    fc.assert(
      fc.property(fc.array(pieces, {maxLength: 400}), (parts) => {
        const began = performance.now()
        read(parts.join(''), '/etc/xen/x')
        expect(performance.now() - began).toBeLessThan(limitMs)
      }),
    )
    const began = performance.now()
    read(`name = "x"\nvif = [ ${'# '.repeat(100_000)}`, '/etc/xen/x')
    read(`name = "x"\nvif = [ ${'#\n'.repeat(100_000)}`, '/etc/xen/x')
    expect(performance.now() - began).toBeLessThan(timesYardstick(45))
  })
})

describe('a guest of qemu-init', () => {
  test('has the name of its file', () => {
    expect(read('#!/bin/sh\nQEMU_MEM=1\n', '/vm/web1-qemud.rc')).toEqual({
      type: 'QEMU-INIT',
      rejects: [],
      ignored: false,
      machine: {type: 'QEMU-INIT', label: 'web1', id: '/vm/web1-qemud.rc', uuid: '', interfaces: [{}]},
    })
  })
  test.each([
    ['web10', 'must not end with 0'],
    ['web.1', 'letters and digits only'],
    ['web-1', 'letters and digits only'],
    ['', 'letters and digits only'],
    ['Web1', 'lower case'],
    ['a'.repeat(41), 'at most 40'],
  ])('named %s is rejected: %s', (name, reason) => {
    expect(read('', `/vm/${name}-qemud.rc`)?.rejects).toMatchObject([{reason: expect.stringContaining(reason)}])
  })
})

describe('the record of the host', () => {
  const facts = [
    'name h1.example.org',
    'os Linux',
    'release 6.1.0-18-amd64',
    'arch x86_64',
    'dist debian',
    'distrel 12',
    'cpus 8',
    'kib 16384000',
    'addr eth0 2001:db8::1/64',
    'addr eth0 10.77.0.1/24',
    'addr br0 192.0.2.1/26',
    'mac eth0 02:00:00:00:00:01',
    'mac br0 02:00:00:00:00:02',
    'mac wg0 00:00:00:00:00:00',
    'gateway 10.77.0.254 eth0',
  ]
  test('has one entry for each interface', () => {
    const {machine, rejects} = readHost({facts})
    expect(rejects).toEqual([])
    expect(machine).toMatchObject({type: 'PM', label: 'h1', id: '', uuid: ''})
    const host = {category: 'PM', os: 'Linux', osRel: '6.1.0-18-amd64', dist: 'debian', distRel: '12', arch: 'x86_64'}
    const size = {vram: '16000', vcpu: '8'}
    expect(machine?.interfaces).toEqual([
      {
        ...host,
        ...size,
        mac: '02:00:00:00:00:01',
        tcp: '10.77.0.1',
        netmask: '255.255.255.0',
        gateway: '10.77.0.254',
        ifName: 'eth0',
      },
      {...host, ...size, mac: '02:00:00:00:00:02', tcp: '192.0.2.1', netmask: '255.255.255.192', ifName: 'br0'},
    ])
  })
  test('takes what its own file says over what was seen', () => {
    const content = Buffer.from('#@#MAGICID-PM\n#@#LABEL = "rack7"\n#@#SERNO = "42"\n#@#OS = "GNU"\n')
    const file = {path: '/etc/ctys.d/pm.conf', stamp: '1 2 3 4', state: 'read', content} as const
    expect(readHost({facts, file}).machine).toMatchObject({
      label: 'rack7',
      id: '/etc/ctys.d/pm.conf',
      interfaces: [{os: 'GNU', serial: '42', mac: '02:00:00:00:00:01'}, {os: 'GNU'}],
    })
  })
  test('leaves out facts that are none', () => {
    const hostile = ['name a;b\u001b[2J', 'os x;y', 'kib -1', 'mac eth0 zz', 'addr eth0 nonsense']
    const {machine, rejects} = readHost({facts: hostile})
    expect(machine).toBeUndefined()
    expect(rejects).toHaveLength(1)
  })

  const freebsd = `em0: flags=8843<UP,BROADCAST,RUNNING> metric 0 mtu 1500
\tether 02:00:00:00:00:01
\tinet 10.0.2.15 netmask 0xffffff00 broadcast 10.0.2.255
\tinet6 fe80::1%em0 prefixlen 64 scopeid 0x1
tap0: flags=8943<UP> metric 0 mtu 1500
\tether 02:00:00:00:00:09
lo0: flags=8049<UP,LOOPBACK> metric 0 mtu 16384
\tinet 127.0.0.1 netmask 0xff000000
`
  const openbsd = freebsd.replaceAll('ether ', 'lladdr ')
  test.each([
    ['FreeBSD', freebsd],
    ['OpenBSD', openbsd],
  ])('is read from the ifconfig of %s', async (name, output) => {
    const tools = mkdtempSync(join(tmpdir(), 'ctys-bsd-'))
    const {signal} = new AbortController()
    const session = await createLocalTransport().open({host: 'localhost'}, {signal})
    try {
      for (const tool of ['find', 'awk', 'sed', 'sh', 'date', 'tr', 'cat', 'cksum', 'stat', 'getconf']) {
        symlinkSync(`/usr/bin/${tool}`, join(tools, tool))
      }
      writeFileSync(join(tools, 'out'), output)
      writeFileSync(join(tools, 'ifconfig'), `#!/bin/sh\ncat '${tools}/out'\n`)
      writeFileSync(join(tools, 'uname'), `#!/bin/sh\ncase $1 in -s) echo ${name};; *) echo host1;; esac\n`)
      for (const tool of ['ifconfig', 'uname']) chmodSync(join(tools, tool), 0o755)
      mkdirSync(join(tools, 'vm'))
      const bsd = sessionUnderShell(session, ['env', '-i', `PATH=${tools}`, '/usr/bin/dash'])
      const {data} = await scanHost(bsd, {basePaths: [join(tools, 'vm')], types: ['PM'], signal})
      expect(data.machines).toMatchObject([
        {
          type: 'PM',
          label: 'host1',
          interfaces: [{os: name, mac: '02:00:00:00:00:01', tcp: '10.0.2.15', netmask: '255.255.255.0', ifName: 'em0'}],
        },
      ])
      expect(data.machines[0]?.interfaces).toHaveLength(1)
    } finally {
      await session.close()
      rmSync(tools, {recursive: true, force: true})
    }
  })
})

test('the checksum is that of cksum(1)', () => {
  for (const length of [0, 1, 255, 256, 70_000]) {
    const bytes = Buffer.alloc(length, 'ctys \xff\n')
    const {stdout} = spawnSync('cksum', {input: bytes, encoding: 'utf8'})
    expect(posixCksum(bytes)).toBe(stdout.trim())
  }
})
