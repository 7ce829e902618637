import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {ConfigError, UsageError} from '../../../src/domain/errors.js'
import {parseMachineWord} from '../../../src/parse/machine/parse-machine-word.js'
import {parseRequest} from '../../../src/parse/request/parse-request.js'
import {parseNamedTargets, parseTarget, parseTargets} from '../../../src/parse/target/parse-target.js'

const uuid = '6842caf91e3e43249ed596b8b9f2c5c2'

function actionOf(action: string) {
  const {verb, ask} = parseRequest({action, targets: []}).request.action
  return {verb, ...ask}
}

function faultsOf(words: Parameters<typeof parseRequest>[0]): readonly string[] {
  try {
    parseRequest(words)
  } catch (error) {
    if (error instanceof UsageError || error instanceof ConfigError) return [error.message, ...(error.details ?? [])]
    throw error
  }
  return []
}

describe('the machine address', () => {
  test.each([
    ['l:web01', {label: 'web01'}],
    ['1:web01', {label: 'web01'}],
    ['LABEL:web01', {label: 'web01'}],
    ['label:Web01', {label: 'Web01'}],
    [`u:${uuid}`, {uuid}],
    ['U:6842CAF9-1E3E-4324-9ED5-96B8B9F2C5C2', {uuid}],
    ['m:00:50:56:13:11:40', {mac: '00:50:56:13:11:40'}],
    ['mac:00-50-56-aa-bb-cc', {mac: '00:50:56:AA:BB:CC'}],
    ['t:192.168.1.220', {tcp: '192.168.1.220'}],
    ['t:fe80::1', {tcp: 'fe80::1'}],
    ['p:/vm/a b/x.ctys', {path: '/vm/a b/x.ctys'}],
    ['pname:/vm/x.ctys', {path: '/vm/x.ctys'}],
    ['i:/vm/x.ctys', {id: '/vm/x.ctys'}],
    ['f:tst117/t', {filename: 'tst117/t'}],
    ['l:x,b:/vm%qemu', {label: 'x', basePaths: ['/vm', 'qemu']}],
    ['l:x,b:/vm%%1', {label: 'x', basePaths: ['/vm%1']}],
    ['l:a,L:b', {label: 'b'}],
    [`b:/vm,u:${uuid},l:x`, {basePaths: ['/vm'], uuid, label: 'x'}],
  ])('reads create=%s', (text, machine) => {
    expect(actionOf(`create=${text}`)).toMatchObject({verb: 'create', machine})
  })

  test.each([
    ['create=l:', 'has no value'],
    ['create=u:123', 'is no UUID'],
    ['create=m:00:11', 'is no MAC address'],
    ['create=p:vm/x.ctys', 'must be an absolute path'],
    ['create=i:7', 'must be the absolute path'],
    ['create=l:a\u0007b', 'holds control characters'],
    ['create=b:/vm', 'names no machine'],
    ['create', 'names no machine'],
    ['create=q:1', "unknown suboption 'q'"],
  ])('refuses %s', (action, fault) => {
    expect(faultsOf({action, targets: []}).join('\n')).toContain(fault)
  })

  test.each([
    ['web01', {label: 'web01'}],
    ['/vm/web01/web01.ctys', {path: '/vm/web01/web01.ctys'}],
    [`u:${uuid},b:/vm`, {uuid, basePaths: ['/vm']}],
  ])('reads the word %s of today’s commands', (word, machine) => {
    expect(parseMachineWord(word, [])).toEqual(machine)
  })
})

describe('actions', () => {
  test.each([
    ['create=l:x', {mode: 'new', console: 'NONE', timeoutMs: 30_000}],
    ['CREATE=l:x,REUSE', {mode: 'reuse'}],
    ['create=reuse,l:x,console:vnc', {mode: 'reuse', console: 'VNC'}],
    ['create=l:x,connect', {mode: 'connect'}],
    ['create=l:x,bootmode:pxe', {bootMode: 'PXE'}],
    ['create=l:x,bootmode:CD%/iso/a.iso', {bootMode: 'CD%/iso/a.iso'}],
    ['create=l:x,instmode', {instMode: ''}],
    ['create=l:x,instmode:CD%default%VHDD%default%INIT', {instMode: 'CD%default%VHDD%default%INIT'}],
    ['create=l:x,instmode:FDD%none%USB%/dev/sdg%init', {instMode: 'FDD%none%USB%/dev/sdg%init'}],
    ['create=l:x,INSTMODE:default%default%default%default%none', {instMode: 'default%default%default%default%none'}],
    ['create=l:x,argsadd:S%-m%256', {argsAdd: '-m 256'}],
    ['create=l:x,kernel', {bootMode: 'KERNEL'}],
    ['create=l:x,kernel:/boot/k', {bootMode: 'KERNEL%/boot/k'}],
    ['create=l:x,kernel:/k,/i', {argsAdd: '-kernel /k -initrd /i'}],
    ['create=l:x,argsadd:S%-m%256,kernel:/k,/i,ro', {argsAdd: '-m 256 -kernel /k -initrd /i -append ro'}],
    ['create=l:x,timeout:90', {timeoutMs: 90_000}],
    ['create=l:x,resume', {mode: 'resume'}],
    ['create=l:x,reuse,discard', {mode: 'reuse', discard: true}],
  ])('reads %s', (text, action) => {
    expect(actionOf(text)).toMatchObject({verb: 'create', machine: {label: 'x'}, ...action})
  })

  test.each([
    ['cancel=l:x', {how: 'poweroff', force: false, graceMs: 120_000}],
    ['cancel=l:x,poweroff', {how: 'poweroff', graceMs: 120_000}],
    ['cancel=l:x,poweroff:0', {how: 'poweroff', graceMs: 0}],
    ['cancel=l:x,S5:30', {how: 'poweroff', graceMs: 30_000}],
    ['cancel=l:x,force,poweroff:0', {how: 'poweroff', force: true, graceMs: 0}],
    ['cancel=l:x,reset', {how: 'reset'}],
    ['cancel=l:x,FORCE,RESET', {how: 'reset', force: true}],
    ['cancel=l:x,reboot', {how: 'reboot'}],
    ['cancel=l:x,pause', {how: 'pause'}],
    ['cancel=l:x,s3', {how: 'pause'}],
    ['cancel=l:x,suspend', {how: 'suspend'}],
    ['cancel=l:x,S4', {how: 'suspend'}],
    ['cancel=l:x,init:0', {how: 'poweroff'}],
    ['cancel=l:x,init:6', {how: 'reboot'}],
    ['cancel=l:x,timeout:5', {graceMs: 5000}],
    ['cancel=l:x,resume', {how: 'resume'}],
  ])('reads %s', (text, action) => {
    expect(actionOf(text)).toMatchObject({verb: 'cancel', machine: {label: 'x'}, ...action})
  })

  test.each([
    ['create=l:x,instmode:', '1 of 5 fields'],
    ['create=l:x,instmode:CD', '1 of 5 fields'],
    ['create=l:x,instmode:CD%default%VHDD%default', '4 of 5 fields'],
    ['create=l:x,instmode:CD%default%VHDD%default%INIT%x', '6 of 5 fields'],
    ['create=l:x,instmode:TAPE%default%VHDD%default%INIT', "unknown boot mode 'TAPE'"],
    ['create=l:x,instmode:CD%default%PXE%default%INIT', "unknown target mode 'PXE'"],
    ['create=l:x,instmode:CD%default%VHDD%default%ERASE', "unknown stage 'ERASE'"],
    ['create=l:x,instmode:CD%%VHDD%default%INIT', 'fields'],
    ['create=l:x,instmode,bootmode:CD', 'bootmode and instmode exclude each other'],
  ])('refuses %s', (action, fault) => {
    expect(faultsOf({action, targets: []}).join('\n')).toContain(fault)
  })

  test('reads cancel=all', () => {
    expect(actionOf('cancel=all,poweroff:1')).toMatchObject({machine: 'all', graceMs: 1000})
  })

  test.each([
    ['list', {verb: 'list', hostRow: true}],
    ['LIST=tab_tcp,both', {verb: 'list', hostRow: true}],
    ['enumerate=b:/vm%/srv', {verb: 'enumerate', basePaths: ['/vm', '/srv']}],
    ['info', {verb: 'probe'}],
  ])('reads %s', (text, action) => {
    expect(actionOf(text)).toEqual(action)
  })

  const display = (action: string) => parseRequest({action, targets: []}).display

  test.each([
    ['list', {ids: false, addresses: true}],
    ['list=both', {ids: false, addresses: true}],
    ['list=server', {ids: false, addresses: true}],
    ['list=tab_tcp', {ids: false, addresses: false}],
    ['list=TAB_TCP:7%%6%%3%%,BOTH', {ids: false, addresses: true, widths: [7, 0, 6, 0, 3]}],
    ['list=tab_tcp,sort:reverse%4', {ids: false, addresses: false, sort: {by: 4, reverse: true, unique: false}}],
    ['list=tab_tcp,id', {ids: true, addresses: false}],
    ['list=terse', {ids: true, addresses: false}],
    ['list=b,terse', {ids: true, addresses: true}],
  ])('%s is a table', (action, table) => {
    expect(display(action)).toEqual({terse: false, table})
  })

  test('machine asks for records, with terse or without; other layouts stand for themselves', () => {
    for (const action of ['list=machine', 'list=terse,machine', 'enumerate=terse', 'info=machine']) {
      expect(display(action), action).toEqual({terse: true})
    }
    for (const action of ['list', 'enumerate=b:/vm', 'info']) expect(display(action).terse, action).toBe(false)
    expect(display('list=label,pid').output?.layout).toEqual({kind: 'fields', columns: [3, 11]})
    expect(display('list=title,machine').output?.layout).toMatchObject({kind: 'fields', title: 'name'})
    expect(display('enumerate=rec,b:/vm').output?.layout.kind).toBe('rec')
  })

  test('of several layouts the last counts', () => {
    expect(display('list=xml,rec').output?.layout.kind).toBe('rec')
    expect(display('list=rec,tab_tcp,id')).toEqual({terse: false, table: {ids: true, addresses: false}})
    expect(display('list=tab_tcp,machine')).toEqual({terse: true})
    expect(display('enumerate=machine,spec,b:/vm').output?.layout.kind).toBe('spec')
  })

  test.each([
    ['crate=l:x', "unknown action 'crate' (create?)"],
    ['create=l:x,reuze', "unknown suboption 'reuze' (reuse?)"],
    ['create=l:x,reuse,connect', 'exclude each other'],
    ['create=l:x,connect,console:sdl', 'console:sdl begins and ends with the machine: connect takes console:vnc'],
    ['create=l:x,console:tv', 'unknown console'],
    ['create=l:x,connect,console:cli0', 'begins and ends with the machine'],
    ['create=l:x,bootmode:tape', 'unknown boot mode'],
    ['create=l:x,sshping:often', 'sshping:often: OFF, ON or COUNT%SECONDS'],
    ['create=l:x,waits:-1', 'waits:-1: 0-9999 seconds'],
    ['create=l:x,kernel:,/i', 'kernel: names no IMAGE'],
    ['create=l:x,kernel:/k,/i,ro quiet', 'with blanks are not there yet'],
    ['create=l:x,kernel,instmode', 'bootmode and instmode exclude each other'],
    ['create=l:x,timeout:x', '1-86400 seconds'],
    ['cancel=l:x,all', 'exclude each other'],
    ['cancel=l:x,reset,reboot', 'exclude each other'],
    ['cancel=l:x,poweroff:-1', 'not a number of seconds'],
    ['cancel=l:x,init:3', 'only init:0 and init:6'],
    ['enumerate=l:x', 'takes a base only'],
    ['list=l:x', 'list: l:x: takes no machine'],
    ['list=clients', 'list: clients is not there yet'],
    ['list=tab_tcp,dns', "list: tab_tcp takes id, ip, both, server and sort, not 'dns'"],
    ['info=xml', "unknown suboption 'xml'"],
  ])('refuses %s', (action, fault) => {
    expect(faultsOf({action, targets: []}).join('\n')).toContain(fault)
  })

  test('all faults are told at once', () => {
    const faults = faultsOf({action: 'create=u:1,m:2,oops', inventoryUse: 'maybe', targets: ['-x', 'h:99999']})
    expect(faults).toHaveLength(6)
  })
})

describe('targets', () => {
  test.each([
    ['h1', {host: 'h1'}],
    ['admin@h1', {host: 'h1', user: 'admin'}],
    ['admin@h1:2222', {host: 'h1', user: 'admin', port: 2222}],
    ['h1.example.net', {host: 'h1.example.net'}],
    ['[fe80::1%eth0]:22', {host: 'fe80::1%eth0', port: 22}],
    ['fe80::1', {host: 'fe80::1'}],
    ['root@[::1]', {host: '::1', user: 'root'}],
    ['a@b@h1', {host: 'h1', user: 'a@b'}],
    ['DOMAIN\\user@h1', {host: 'h1', user: 'DOMAIN\\user'}],
    ['DOMAIN\\dave@dom.example@h1:2222', {host: 'h1', user: 'DOMAIN\\dave@dom.example', port: 2222}],
    ['DOMAIN+jörg@h1', {host: 'h1', user: 'DOMAIN+jörg'}],
    ['WS01$@h1', {host: 'h1', user: 'WS01$'}],
  ])('reads %s', (text, target) => {
    const faults: string[] = []
    expect(parseTarget(text, faults)).toEqual(target)
    expect(faults).toEqual([])
  })

  test.each([
    '-oProxyCommand=id',
    '',
    '@h1',
    'h1:',
    'h1:0',
    'h1:65536',
    'h 1',
    'h1;id',
    '$(id)',
    'h1\n',
    '`id`',
    'a;b@h1',
    '-l@h1',
    'h"1',
    "h'1",
    'h\\1',
    'DOM\\@h1',
    'DOM\\$x@h1',
    '\\user@h1',
    'a$b@h1',
    'x'.repeat(256),
  ])('refuses %j', (text) => {
    const faults: string[] = []
    expect(parseTarget(text, faults)).toBeUndefined()
    expect(faults.length).toBeGreaterThan(0)
  })

  test('no target means this machine, doubles are dropped, the default user fills in', () => {
    expect(parseTargets([], undefined, [])).toEqual([{host: 'localhost'}])
    expect(parseNamedTargets([], undefined, [])).toBeUndefined()
    expect(parseNamedTargets(['h1'], 'admin', [])).toEqual([{host: 'h1', user: 'admin'}])
    expect(parseTargets(['h1', 'root@h1', 'h1'], 'admin', [])).toEqual([
      {host: 'h1', user: 'admin'},
      {host: 'h1', user: 'root'},
    ])
  })

  test.each(['', '-oProxyCommand=id', 'a b', '$(id)'])('the default user %j is refused, once', (user) => {
    for (const texts of [[], ['h1', 'h2']]) {
      const faults: string[] = []
      parseTargets(texts, user, faults)
      expect(faults).toEqual([expect.stringMatching(/^-l: the user name/)])
    }
  })

  test('whatever the words are, they are read or refused with a UsageError', () => {
    fc.assert(
      fc.property(
        fc.string({unit: 'binary', maxLength: 60}),
        fc.string({unit: 'binary', maxLength: 60}),
        (action, target) => {
          try {
            const {request} = parseRequest({action, targets: [target]})
            for (const {host, user} of request.targets) {
              expect(host).toMatch(/^[A-Za-z0-9_.:%][A-Za-z0-9_.:%-]*$/)
              expect(user ?? 'u').not.toMatch(/^-|[\s'"`$;&|<>()]/)
            }
          } catch (error) {
            expect(error).toBeInstanceOf(UsageError)
          }
        },
      ),
      {numRuns: 2000},
    )
  })
})
