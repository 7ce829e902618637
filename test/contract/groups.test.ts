import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {hostname, tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {formatEnumFdb} from '../../inventory/fdb/ascii.js'
import {expectSchema} from '../fakes/schemas.js'
import {record} from '../fixtures/inventory/make-records.js'
import {type Answer, runBuilt} from './run-built.js'

// groups and macros through the built program; needs a build

let home: string
const files: Readonly<Record<string, string>> = {
  'groups/lab': '# the lab\n#include net/all\nh1, root@h2:2222\n',
  'groups/net/all': 'h1\nh3\n',
  'groups/here': 'localhost\n',
  'macros/default':
    'who=-n -a list\nTAB_MINE=tab_gen:{macro:F_LABEL}%%{macro:F_HOST}\nhosts=h7 h8\nheads=tab_gen:3_a b_9%%1_c_9\n',
  'macros/more': 'TAB_CTYS_VHOST_DEFAULT=label,host\n',
}
const bad = {'groups/bad': "h1 h2\n\nroot@h3'(-Z ksu'\n#include lba\n", 'groups/loop': 'h1\n#include loop\n'}

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'ctys-groups-'))
  const more = Object.entries(bad).map(([name, text]) => [`bad/${name}`, text] as const)
  for (const [name, text] of [...Object.entries(files), ...more]) {
    const file = join(home, '.ctys', name)
    mkdirSync(dirname(file), {recursive: true})
    writeFileSync(file, text)
  }
  mkdirSync(join(home, 'vm'))
  writeFileSync(join(home, 'vm/web09.ctys'), '#@#MAGICID-QEMU\n#@#LABEL = "web09"\n')
  mkdirSync(join(home, '.ctys/db/default'), {recursive: true})
  const records = [record(), record({host: 'h9', label: 'db01'})]
  writeFileSync(join(home, '.ctys/db/default/enum.fdb'), formatEnumFdb(records))
})
afterAll(() => rmSync(home, {recursive: true, force: true}))

const run = (program: string, argv: readonly string[], env?: NodeJS.ProcessEnv) =>
  runBuilt(home, [program, ...argv], {env})
const ctys = (...argv: readonly string[]) => run('ctys', argv)

/** The hosts of a plan. */
function hostsOf({stdout}: Answer): readonly string[] {
  const {plan} = JSON.parse(stdout) as {
    plan: {tasks: readonly {target: {user?: string; host: string; port?: number}}[]}
  }
  return plan.tasks.map(({target: {user, host, port}}) => `${user ?? '-'} ${host} ${port ?? '-'}`)
}

const lab = ['- h1 -', '- h3 -', 'root h2 2222']

describe('a group is its members', () => {
  test.each([
    ['today', ['list', '@lab'], lab],
    ['beside hosts', ['probe', 'h3', '@lab'], ['- h3 -', '- h1 -', 'root h2 2222']],
    ['with -l', ['list', '-l', 'admin', '@net/all'], ['admin h1 -', 'admin h3 -']],
    ['where a machine is started', ['start', 'l:web01', '@net/all'], ['- h1 -', '- h3 -']],
    ['of a stop', ['stop', '--all', '@lab'], lab],
    ['whose address tables are read', ['extract-arp', '@lab'], lab],
    ['of the classic call', ['-a', 'list', 'lab'], lab],
    ['of the classic call, without an action', ['admin@net/all'], ['admin h1 -', 'admin h3 -']],
    ['of a macro', ['macro:who', 'lab'], lab],
    ['of a macro with hosts', ['-a', 'list', 'macro:hosts'], ['- h7 -', '- h8 -']],
  ])('%s', async (_, argv, hosts) => {
    const answer = await ctys(...argv, '--dry-run', '--json')
    expect({code: answer.code, hosts: hostsOf(answer)}).toEqual({code: 0, hosts})
  })

  test('of a scan, today and as ctys-vdbgen calls it', async () => {
    const argv = ['--stdio', `--base=${home}/vm`]
    for (const [program, words] of [
      ['ctys', ['scan', ...argv, '@here']],
      ['ctys-vdbgen', [...argv, '--', 'here']],
    ] as const) {
      const {code, stdout, stderr} = await run(program, words)
      expect({code, stderr: code === 0 ? '' : stderr}).toEqual({code: 0, stderr: ''})
      expect(stdout).toContain(`${hostname().toLowerCase()};QEMU;web09;${home}/vm/web09.ctys`)
    }
  })

  test('a bare word is a host today, even where a group has that name', async () => {
    expect(hostsOf(await ctys('list', 'lab', '--dry-run', '--json'))).toEqual(['- lab -'])
  })

  test.each([
    [['list', '@lba'], "there is no group 'lba' (lab?)"],
    [['list', '@'], "'@' names no group"],
    [['stop', '--all', '@../lab', '--force'], "there is no group '../lab'"],
    [['-a', 'cancel=all', '@nobody'], "there is no group 'nobody'"],
    [['macro:hwo'], "there is no macro 'hwo'"],
    [['list', 'macro:who'], 'macros stand in the classic call only'],
  ])('%j is refused and nothing is tried', async (argv, fault) => {
    const {code, stdout, stderr} = await ctys(...argv)
    expect({code, stdout, stderr}).toEqual({code: 2, stdout: '', stderr: expect.stringContaining(`USAGE: `)})
    expect(stderr).toContain(fault)
  })

  test('all lines that are wrong are told at once, with file and line', async () => {
    const path = join(home, '.ctys/bad/groups')
    const {code, stderr} = await run('ctys', ['list', '@bad', 'a b'], {CTYS_GROUPS_PATH: path})
    expect(code).toBe(2)
    const places = ['bad:1: ', 'bad:3: ', 'bad:4: '].map((place) => stderr.indexOf(`${path}/${place}`))
    expect(places).not.toContain(-1)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    expect(stderr).toContain("target 'a b'")
  })

  test('they are in the answer of ctys groups and of ctys-vhost -S, by line', async () => {
    const path = join(home, '.ctys/bad/groups')
    const env = {CTYS_GROUPS_PATH: path}
    const {code, stderr} = await run('ctys', ['groups', 'bad'], env)
    expect(code).toBe(2)
    expect(stderr).toMatch(/^ctys: CONFIG: .*bad:1: .*\n {4}.*bad:3: .*\n {4}.*bad:4: .*\n$/)
    for (const [program, ...argv] of [
      ['ctys', 'groups', 'bad', '--json'],
      ['ctys-vhost', '-S', 'LISTGROUP:bad', '--json'],
    ] as const) {
      const body = JSON.parse((await run(program, argv, env)).stdout)
      expect(body.error).toMatchObject({code: 'CONFIG', message: expect.stringContaining(`${path}/bad:1: `)})
      expect(body.error.details).toHaveLength(2)
    }
  })

  test('a circle is left out; --verbose and ctys groups tell it', async () => {
    const env = {CTYS_GROUPS_PATH: join(home, '.ctys/bad/groups')}
    const told = `${env.CTYS_GROUPS_PATH}/loop:2: leads back to loop; left out\n`
    expect((await run('ctys', ['list', '@loop', '--dry-run'], env)).stderr).not.toContain('leads back')
    expect((await run('ctys', ['list', '@loop', '--dry-run', '--verbose'], env)).stderr).toContain(told)
    expect(await run('ctys', ['groups', 'loop'], env)).toEqual({code: 0, stdout: 'h1\n', stderr: told})
  })
})

describe('ctys groups', () => {
  test('lists groups with the number of their members', async () => {
    const {code, stdout} = await ctys('groups')
    expect(code).toBe(0)
    expect(stdout.split('\n').map((line) => line.split(/ +/).slice(0, 2).join(' '))).toEqual([
      'GROUP MEMBERS',
      'here 1',
      'lab 4',
      'net/all 2',
      '',
    ])
    expect((await ctys('groups', '-X', 'lab')).stdout).toBe('h1\nh3\nh1\nroot@h2:2222\n')
  })

  test.each([
    ['1', 'lab: h1 h3 h1 root@h2:2222\n'],
    ['4', 'h1 h3 h1 root@h2:2222\n'],
    ['5', 'ctys -a list h1\nctys -a list h3\nctys -a list h1\nctys -a list root@h2:2222\n'],
    ['6', 'h1\nh3\nh1\nroot@h2\n'],
    ['7u', 'h1 h3 root@h2\n'],
    ['8', 'h1\nh3\nh1\nh2\n'],
    ['8u', 'h1\nh3\nh2\n'],
  ])('-m %s, and -S MEMBERSGROUP of ctys-vhost, write %j', async (format, stdout) => {
    expect(await ctys('groups', '-m', format, 'lab')).toEqual({code: 0, stdout, stderr: ''})
    expect(await run('ctys-vhost', ['-S', `MEMBERSGROUP${format}:lab`])).toEqual({code: 0, stdout, stderr: ''})
  })

  test('answers as JSON that obeys the schema', async () => {
    const body = JSON.parse((await ctys('groups', 'net/all', '--json')).stdout)
    expectSchema('report', body)
    const file = join(home, '.ctys/groups/net/all')
    expect(body).toMatchObject({command: 'groups', groups: [{name: 'net/all', file, members: ['h1', 'h3']}]})
  })

  test('says where it looked when there are none', async () => {
    const answer = await run('ctys', ['groups'], {CTYS_GROUPS_PATH: join(home, 'none')})
    expect(answer).toMatchObject({code: 3, stdout: '', stderr: expect.stringContaining(`no groups in ${home}/none`)})
  })
})

describe('ctys-vhost', () => {
  test.each([
    ['-S', 'LISTDB', ['db/default/enum.fdb']],
    ['-S', 'list', ['db/default/enum.fdb', 'net/all']],
    ['-S', 'LISTALL', ['db/default/enum.fdb', 'db01', 'net/all: h1 h3']],
    ['-S', 'MEMBERSDB', ['web01', 'db01']],
    ['-S', 'LISTGROUP:lab%here', ['lab', 'here']],
    ['-C', 'LIST', ['db/default/enum.fdb', 'net/all']],
    ['-C', 'LISTGROUPS', ['net/all']],
    ['-C', 'LISTTARGETS', ['h1;1\nh9;1\n']],
    ['-C', 'MEMBERSDB', ['web01', 'db01']],
  ])('%s %s shows %j', async (flag, word, parts) => {
    const {code, stdout, stderr} = await run('ctys-vhost', [flag, word])
    expect({code, stderr}).toEqual({code: 0, stderr: ''})
    for (const part of parts) expect(stdout).toContain(part)
    const body = JSON.parse((await run('ctys-vhost', ['--json', flag, word])).stdout)
    expectSchema('report', body)
  })

  test('-S CONTENTGROUP shows the records of the members only', async () => {
    const {stdout} = await run('ctys-vhost', ['-X', '-S', 'CONTENTGROUP:lab'])
    expect(stdout).toMatch(/^h1;QEMU;web01;[^\n]*\n$/)
  })

  test.each(['CLEARALL', 'CLEARTMP', 'REBUILDCACHE', 'LISTCACHE'])(
    '-C %s says that there is no cache',
    async (word) => {
      const answer = await run('ctys-vhost', ['-C', word])
      expect(answer).toEqual({code: 0, stdout: '', stderr: expect.stringContaining('there is no cache')})
    },
  )

  test('a cache that is to be built first is no reason not to answer', async () => {
    expect((await run('ctys-vhost', ['-C', 'REBUILDCACHE', '-o', 'label', 'db'])).stdout).toBe('db01\n')
  })

  test.each([
    ['LISTGROPU', "-S: unknown word 'listgropu' (listgroup?)"],
    ['LISTDB:lab', '-S: listdb takes no groups'],
    ['MEMBERSGROUP9', "-S: membersgroup: '9' is none of 1 2 3"],
    ['LISTGROUP:', 'a group has no name'],
    ['LISTGROUP:lba', "there is no group 'lba' (lab?)"],
  ])('-S %s is refused', async (word, fault) => {
    const {code, stderr} = await run('ctys-vhost', ['-S', word])
    expect({code, stderr}).toEqual({code: 2, stderr: expect.stringContaining(fault)})
  })
})

describe('macros in an output list', () => {
  test.each([
    ['ctys', ['find', '-o', 'sort:label,macro:TAB_MINE'], /^label +\|host *\n-+\+-+\ndb01 +\|h9 *\nweb01 +\|h1 *\n$/],
    ['ctys-vhost', ['-o', 'macro:TAB_MINE', 'web01'], /^label +\|host *\n-+\+-+\nweb01 +\|h1 *\n$/],
    ['ctys-vhost', ['--output=tab_gen:{macro:F_TYPE}', 'web01'], /^type *\n-+\nQEMU *\n$/],
    ['ctys-vhost', ['-o', 'macro:heads', 'web01'], /^a b +\|c *\n-+\+-+\nweb01 +\|h1 *\n$/],
  ] as const)('%s %j', async (program, argv, layout) => {
    const {code, stdout} = await run(program, argv)
    expect({code, stdout}).toEqual({code: 0, stdout: expect.stringMatching(layout)})
  })

  test('TAB_CTYS_VHOST_DEFAULT of the user is what ctys-vhost shows without -o', async () => {
    const plain = await run('ctys-vhost', ['web01'])
    expect((await run('ctys-vhost', ['-o', 'macro:TAB_CTYS_VHOST_DEFAULT', 'web01'])).stdout).toBe(plain.stdout)
    mkdirSync(join(home, 'own'))
    writeFileSync(join(home, 'own/default'), files['macros/more'] ?? '')
    const own = await run('ctys-vhost', ['web01'], {CTYS_MACRO_PATH: join(home, 'own')})
    expect(own).toEqual({code: 0, stdout: 'web01;h1\n', stderr: ''})
  })

  test('a word that find looks for is no macro', async () => {
    const {code, stderr} = await ctys('find', '-o', 'label', 'macro:TAB_MINE')
    expect({code, stderr}).toEqual({code: 3, stderr: expect.not.stringContaining('USAGE')})
  })

  test('one that is not there is told with its file', async () => {
    const body = JSON.parse((await ctys('find', '-o', 'macro:TAB_MNIE', '--json')).stdout)
    expect(body).toMatchObject({
      exitCode: 2,
      error: {code: 'USAGE', message: expect.stringMatching(/no macro 'TAB_MNIE' in .*default \(TAB_MINE\?\)/)},
    })
  })
})
