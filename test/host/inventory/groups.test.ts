import {spawnSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import fc from 'fast-check'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {createGroupFiles} from '../../../inventory/groups/group-files.js'
import {parseGroup} from '../../../inventory/groups/parse-group.js'
import {completeWords} from '../../../src/app/completion/complete.js'
import {expandTargets} from '../../../src/app/targets/expand-targets.js'
import {shadowedHosts} from '../../../src/app/targets/shadowed-hosts.js'
import type {Group} from '../../../src/domain/ports/ports.js'
import {planResult} from '../../../src/domain/results/run.js'
import {parseTargets} from '../../../src/parse/target/parse-target.js'
import {createMemoryGroups} from '../../fakes/memory-groups.js'
import {createMemoryInventory} from '../../fakes/memory-inventory.js'
import {printed} from '../../fakes/printed.js'
import {record} from '../../fixtures/inventory/make-records.js'

const noInventory = {inventory: createMemoryInventory()}

let dir: string
let notes: string[]
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ctys-groups-'))
  notes = []
})
afterEach(() => rmSync(dir, {recursive: true, force: true}))

function write(name: string, text: string | Buffer): void {
  mkdirSync(dirname(join(dir, name)), {recursive: true})
  writeFileSync(join(dir, name), text)
}

const source = (path = dir) => createGroupFiles({path, note: (text) => notes.push(text)})

async function load(name: string) {
  const group = await source().load(name)
  return (
    group && {
      words: group.members.map(({word}) => word),
      faults: group.faults.map((text) => text.slice(dir.length + 1)),
    }
  )
}

describe('the text of a group', () => {
  test.each([
    ['h1', ['h1']],
    ['h1, root@h2:22 ,[fe80::1]:22', ['h1', 'root@h2:22', '[fe80::1]:22']],
    ['  h1  \r\nh2', ['h1', 'h2']],
    ['\ufeffh1', ['h1']],
    ['# h1\n\n  # h2\nh3,,', ['h3']],
    ['#included\nh1', ['h1']],
    [' #include other\nh1', ['h1']],
  ])('%j has the members %j', (text, members) => {
    expect(parseGroup(text).map((item) => ('member' in item ? item.member : item))).toEqual(members)
  })

  test.each([
    ['h1 h2', 1, 'a comma stands between'],
    ['h1 # mine', 1, 'a comma stands between'],
    ["h1 '(-d 1)'", 1, 'context options'],
    ["h1'(-d 1", 1, 'context options'],
    ["CONTEXT'(-d 1)',h1", 1, 'CONTEXT'],
    ['h1[h2]', 1, 'stacks'],
    ['VMSTACK{ a b }', 1, 'subtasks'],
    ['#include', 1, 'names no group'],
    ['#include ../x', 1, "'../x' cannot be the name"],
    ['#include /etc/passwd', 1, 'cannot be the name'],
    ["#include other'(-d 1)'", 1, 'context options'],
  ])('%j is refused with its line', (text, line, reason) => {
    expect(parseGroup(text)).toEqual([{line, fault: expect.stringContaining(reason)}])
  })

  test.each([
    ["\nroot@h1'(-a create=l:X,reuse -b 1,2 )'", [{line: 2, member: 'root@h1', options: '-a create=l:X,reuse -b 1,2'}]],
    [
      'h1(-Z ksu),h2',
      [
        {line: 1, member: 'h1', options: '-Z ksu'},
        {line: 1, member: 'h2'},
      ],
    ],
    ["h1'(-s USRLST=(a,b))'", [{line: 1, member: 'h1', options: '-s USRLST=(a,b)'}]],
    ["CONTEXT'(-d 1)'", [{line: 1, context: '-d 1'}]],
  ])('%j holds context options', (text, items) => {
    expect(parseGroup(text)).toEqual(items)
  })

  test('whatever the text is, every line comes out as something', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary', maxLength: 200}), (text) => {
        for (const item of parseGroup(text)) {
          if ('member' in item) expect(item.member).toMatch(/^[^\s,({]+$/)
          if ('include' in item) expect(item.include).not.toMatch(/(^|\/)\.|^\/|\/\/|^-/)
        }
      }),
      {numRuns: 1000},
    )
  })
})

describe('groups as files', () => {
  test('a group has what it includes, in order, and nothing is taken in twice', async () => {
    write('lab', 'a\n#include net/all,two\nb\n')
    write('net/all', '#include two\nc\n')
    write('two', 'd\n')
    expect(await load('lab')).toEqual({words: ['a', 'd', 'c', 'b'], faults: []})
  })

  test('an include that leads back is left out and told', async () => {
    write('a', '#include b\nh1\n')
    write('b', 'h2\n#include a\n#include b\n')
    expect(await load('a')).toEqual({words: ['h2', 'h1'], faults: []})
    expect(notes).toEqual([`${dir}/b:2: leads back to a; left out`, `${dir}/b:3: leads back to b; left out`])
  })

  test('20 groups inside each other are taken in, more are a fault', async () => {
    for (let i = 1; i <= 21; i++) write(`g${i}`, `#include g${i + 1}\nh${i}\n`)
    write('g22', 'h22\n')
    expect((await load('g3'))?.faults).toEqual([])
    expect((await load('g2'))?.faults).toEqual([expect.stringMatching(/^g21:1: more than 20 groups/)])
  })

  test('includes that multiply are read once each', async () => {
    for (let i = 0; i < 19; i++) write(`g${i}`, `#include g${i + 1}\n#include g${i + 1},g${i + 1}\n`)
    write('g19', 'h1\n')
    expect(await load('g0')).toEqual({words: ['h1'], faults: []})
  })

  test('options of a whole file stand in front of those of its members, also of what it includes', async () => {
    write('lab', "h1'(-c off)'\n#include more\nCONTEXT'(-d 1 )'\n")
    write('more', "CONTEXT'(-d 2)'\nh2\n")
    expect((await source().load('lab'))?.members.map(({word, options}) => [word, options])).toEqual([
      ['h1', '-d 1 -c off'],
      ['h2', '-d 1 -d 2'],
    ])
    const faults: string[] = []
    expect(await expandTargets(['@more'], {groups: source(), ...noInventory}, faults)).toEqual([])
    expect(faults).toEqual([expect.stringMatching(/more:2: h2 has context options, which only ctys -a \.\.\. takes$/)])
  })

  test('all faults are told at once, with file and line, also of what is included', async () => {
    write('lab', 'h1 h2\n#include bad,missing,emty\n')
    write('bad', 'h3\n\nx(-d 1\n')
    write('empty', '')
    expect((await load('lab'))?.faults).toEqual([
      expect.stringMatching(/^lab:1: /),
      expect.stringMatching(/^bad:3: /),
      "lab:2: there is no group 'missing'",
      "lab:2: there is no group 'emty' (empty?)",
    ])
  })

  test.each([
    ['nothing', ''],
    ['comments', '# h1\n\n'],
    ['an include of itself', '#include x\n'],
  ])('a group of %s is a fault', async (_, text) => {
    write('x', text)
    expect((await load('x'))?.faults).toEqual(['x: the group has no members'])
  })

  test.each<[string, string | Buffer, string]>([
    ['not UTF-8', Buffer.from([0x68, 0xff, 0x0a]), 'is not UTF-8'],
    ['binary', 'h1\0h2', 'is no text file'],
    ['huge', Buffer.alloc(1024 * 1024 + 1, 'a'), 'a list has 1 MiB at most'],
  ])('a file that is %s is a fault', async (_, text, reason) => {
    write('x', text)
    expect((await load('x'))?.faults).toEqual([expect.stringContaining(reason)])
  })

  test.each(['../x', '/etc/passwd', './x', 'a/../../x', '.hidden', '-x', '', 'a//b', 'a/', 'a\n', 'a b', 'net'])(
    '%j is no group',
    async (name) => {
      write('x', 'h1\n')
      write('.hidden', 'h1\n')
      write('net/all', 'h1\n')
      expect(await source().load(name)).toBeUndefined()
    },
  )

  test('a named pipe is a fault at once, and not listed', async () => {
    write('lab', 'h1\n')
    expect(spawnSync('sh', ['-c', 'mkfifo "$1"', 'sh', join(dir, 'pipe')]).status).toBe(0)
    expect((await source().load('pipe'))?.faults).toEqual([expect.stringContaining('it is a named pipe')])
  })

  test('a link is a group where it leads to a file', async () => {
    write('lab', 'h1\n')
    write('net/all', 'h2\n')
    symlinkSync('lab', join(dir, 'alias'))
    symlinkSync('nowhere', join(dir, 'dangling'))
    symlinkSync('.', join(dir, 'round'))
    expect(await source().names()).toEqual(['alias', 'lab', 'net/all'])
    expect((await load('alias'))?.words).toEqual(['h1'])
  })

  test('the first hit along the path counts, and names are of all directories', async () => {
    write('one/lab', 'h1\n')
    write('two/lab', 'h2\n')
    write('two/net/all', 'h3\n')
    write('two/net/.swp', 'h3\n')
    const both = source(`${dir}/none::${dir}/one:${dir}/two`)
    expect((await both.load('lab'))?.members.map(({word}) => word)).toEqual(['h1'])
    expect((await both.load('net/all'))?.members.map(({word}) => word)).toEqual(['h3'])
    expect(await both.names()).toEqual(['lab', 'net/all'])
  })
})

describe('groups among targets', () => {
  const groups = createMemoryGroups({
    lab: ['h1', 'root@h2'],
    h1: ['other'],
    'net/all': ['n1:22'],
    bad: ['$(id)', 'ok', '-x'],
  })

  async function expand(words: readonly string[], classic = false) {
    const faults: string[] = []
    const expanded = await expandTargets(words, {groups, ...noInventory}, faults, {classic})
    return {expanded, faults}
  }

  test.each([
    [['@lab'], ['h1', 'root@h2']],
    [
      ['x', '@net/all', 'y@z'],
      ['x', 'n1:22', 'y@z'],
    ],
    [
      ['lab', 'h1'],
      ['lab', 'h1'],
    ],
    [['root@lab'], ['root@lab']],
    [[], []],
  ])('%j is %j today', async (words, expanded) => {
    expect(await expand(words)).toEqual({expanded, faults: []})
  })

  test.each([
    [['lab'], ['h1', 'root@h2']],
    [['@lab'], ['h1', 'root@h2']],
    [
      ['admin@lab', 'h2'],
      ['admin@h1', 'root@h2', 'h2'],
    ],
    [['admin@net/all'], ['admin@n1:22']],
    // the file wins over a host of that name; members are not looked up again
    [['h1'], ['other']],
  ])('%j is %j in the classic call', async (words, expanded) => {
    expect(await expand(words, true)).toEqual({expanded, faults: []})
  })

  test('a group that hides a host of the inventory says so', async () => {
    const met: Group[] = []
    await expandTargets(['h1', 'root@H1', 'lab', '@net/all'], {groups, ...noInventory}, [], {classic: true, met})
    expect(met.map(({name}) => name)).toEqual(['h1', 'lab'])
    const inventory = createMemoryInventory([record({host: 'H1'}), record({host: 'h2', label: 'lab'})])
    const shadowed = await shadowedHosts([...met, ...met], {inventory})
    expect(shadowed).toEqual([{name: 'h1', file: 'groups/h1'}])
    const {stderr} = printed({...planResult({tasks: [], refused: []}), shadowed})
    expect(stderr).toMatch(/^h1 is read as the group groups\/h1\ndry run/)
  })

  test.each([
    ['@', "'@' names no group (@NAME)"],
    ['@lba', "there is no group 'lba' (lab?)"],
    ['@../lab', "there is no group '../lab' in memory, only bad, h1, lab, net/all"],
    ['@h9', "there is no group 'h9' (h1?)"],
    ['net/all', "target 'net/all': a group is named @net/all"],
    ['admin@@lab', "target 'admin@@lab': the user of a group is given with -l admin"],
    ['@@lab', "target '@@lab': the user of a group is given with -l USER"],
  ])('%s is refused: %s', async (word, fault) => {
    expect(await expand([word])).toEqual({expanded: [], faults: [fault]})
  })

  test('in the classic call a name with a slash that is no group is no host either', async () => {
    expect(await expand(['net/al'], true)).toEqual({expanded: [], faults: ["there is no group 'net/al' (net/all?)"]})
  })

  test('members that are no targets are refused with their place, once', async () => {
    const {faults} = await expand(['@bad', '@bad'])
    expect(faults).toEqual([
      "groups/bad:1: target '$(id)': the host name holds characters that no host name has",
      "groups/bad:3: target '-x': the host name holds characters that no host name has",
    ])
  })

  test('a group may be as large as its file may', async () => {
    const hosts = Array.from({length: 140_000}, (_, i) => `h${i}`)
    const faults: string[] = []
    const many = createMemoryGroups({many: hosts, wrong: hosts.map((host) => `${host};`)})
    expect(await expandTargets(['@many'], {groups: many, ...noInventory}, faults)).toHaveLength(140_000)
    await expandTargets(['@wrong', '@wrong'], {groups: many, ...noInventory}, faults)
    expect(faults).toHaveLength(140_000)
  })

  test('hosts that several groups have count once, and -l is for members without a user', async () => {
    const {expanded} = await expand(['@lab', 'h1', '@lab'])
    expect(parseTargets(expanded, 'admin', [])).toEqual([
      {host: 'h1', user: 'admin'},
      {host: 'h2', user: 'root'},
    ])
  })
})

describe('completion', () => {
  const inventory = createMemoryInventory([record({host: 'lab-3'})])
  const groups = createMemoryGroups({lab: ['h1'], 'net/all': ['h1'], 'a$(id)': ['h1']})

  test.each([
    ['hosts', '', ['@lab', '@net/all', 'lab-3']],
    ['hosts', '@', ['@all', '@lab', '@net/all']],
    ['hosts', '@n', ['@net/all']],
    ['hosts', 'lab', ['lab-3']],
    ['hosts', 'root@l', ['root@lab-3']],
    ['groups', 'l', ['lab']],
    ['labels', '@', []],
  ] as const)('offers as %s for %j %j', async (kind, prefix, words) => {
    expect(await completeWords(kind, prefix, {inventory, groups})).toEqual(words)
  })
})
