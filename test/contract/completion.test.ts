import {execFile, spawnSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join, resolve} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {formatEnumFdb} from '../../inventory/fdb/ascii.js'
import {argumentKinds} from '../../src/cli/completion/model.js'
import {emptyRecord} from '../../src/domain/inventory/inventory-record.js'
import {loadCommands} from '../../src/main.js'

const COMMANDS = await loadCommands()

// the scripts in the shells they are for, calling the built program; needs a build
let home: string

const hostile = [
  'web$(touch pwned)',
  'web`id`',
  'web;id',
  'web 09',
  "web'",
  '-rf',
  'web\u001b[2J',
  'web*',
  '~web',
  'wéb',
]

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'ctys-complete-'))
  mkdirSync(join(home, '.ctys/db/default'), {recursive: true})
  mkdirSync(join(home, 'bin'))
  mkdirSync(join(home, 'empty'))
  symlinkSync(resolve('bin/ctys.cjs'), join(home, 'bin/ctys'))
  const records = [
    ['h1', 'web01', 'debian'],
    ['h2', 'web02', 'CentOS'],
    ['lab-3', 'db', '$(touch pwned)'],
    ...hostile.map((label) => ['h1', label, 'debian']),
  ].map(([host = '', label = '', dist = '']) => ({
    ...emptyRecord(),
    host,
    type: 'QEMU',
    label,
    id: `/vm/${label}`,
    dist,
  }))
  writeFileSync(join(home, '.ctys/db/default/enum.fdb'), formatEnumFdb(records))
  for (const shell of ['bash', 'zsh', 'fish']) {
    writeFileSync(join(home, `script.${shell}`), (await run('ctys', ['completion', shell])).stdout)
  }
})

afterAll(() => rmSync(home, {recursive: true, force: true}))

function run(file: string, argv: readonly string[]): Promise<{code: number; stdout: string; stderr: string}> {
  const env = {PATH: `${home}/bin:${process.env.PATH}`, HOME: home, NODE_ENV: 'production'}
  return new Promise((done) => {
    execFile(file, argv, {env, cwd: join(home, 'empty')}, (error, stdout, stderr) => {
      done({code: error === null ? 0 : Number(error.code), stdout, stderr})
    })
  })
}

/** What bash offers for a line with the cursor at its end; the words are split as bash splits them. */
async function bash(line: string): Promise<readonly string[]> {
  const program = `
    source "$1"
    COMP_LINE=$2 COMP_POINT=\${#2}
    read -r -a COMP_WORDS <<<"$2"
    COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
    function=$(complete -p "\${COMP_WORDS[0]}")
    function=\${function#*-F }
    "\${function%% *}" "\${COMP_WORDS[0]}"
    printf '%s\\n' "\${COMPREPLY[@]}"`
  const {stdout, stderr, code} = await run('bash', ['--norc', '-uc', program, 'bash', join(home, 'script.bash'), line])
  expect({stderr, code}).toEqual({stderr: '', code: 0})
  return stdout.split('\n').filter((word) => word !== '')
}

const has = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0

test.each([
  ['ctys st', ['start', 'stop']],
  ['ctys stop web01 we', ['web01', 'web02']],
  ['ctys stop --where os=d', ['debian']],
  ['ctys inventory c', ['check', 'convert']],
  ['ctys start we', ['web01', 'web02']],
  ['ctys start web01 h', ['h1', 'h2']],
  ['ctys start web01 --console vnc h', ['h1', 'h2']],
  ['ctys start --reuse web01 h1 lab', ['lab-3']],
  ['ctys stop web01 --how pa', ['pause']],
  ['ctys stop web01 --how=pa', []],
  ['ctys list --transport ', ['ssh', 'openssh', 'local']],
  ['ctys list --transport local h', ['h1', 'h2']],
  ['ctys list --dry', ['--dry-run']],
  ['ctys -t qemu -a list h', ['h1', 'h2']],
  ['ctys find os=d', ['debian']],
  ['ctys find os!=C', ['CentOS']],
  ['ctys find web01 lab', ['label=']],
  ['ctys list admin@h', ['h1', 'h2']],
  ['ctys why d', ['db']],
  ['ctys completion z', ['zsh']],
  ['ctys inventory export ', ['hosts', 'ethers', 'dnsmasq', 'ssh-config', 'ansible', 'prometheus', 'csv']],
  ['ctys inventory export ssh-config web', ['web01', 'web02']],
  ['ctys inventory export --json ssh', ['ssh-config']],
  ['ctys scan --match-state B', ['BACKUP']],
  ['ctys scan -t Q', ['QEMU', 'QEMU-INIT', 'QUICKEMU']],
  ['ctys start --not-on h', ['h1', 'h2']],
  ['ctys vhost -M f', ['first']],
  ['ctys vhost -c ', ['MINCNT', 'MAXCNT', 'CNT']],
  ['ctys -a l', ['list']],
  ['ctys -a create=l:x,reu', ['x,reuse']],
  ['ctys -t qemu -a cancel=po', ['poweroff']],
  ['ctys-vhost -M f', ['first']],
  ['ctys-vdbgen --cach', ['--cacheDB']],
  ['ctys-vdbgen --match-state E', ['EMPTY', 'ENABLED']],
  ['ctys-extractMAClst --form', ['--format']],
  ['ctys dance ', []],
  ['ctys list $(touch pwned) ', ['h1', 'h2', 'lab-3']],
])('bash offers for "%s" %j', async (line, expected) => {
  expect([...(await bash(line))].sort()).toEqual([...expected].sort())
})

test('bash offers every command and no hidden flag', async () => {
  const names = Object.keys(COMMANDS).map((name) => name.split(':')[0])
  expect(new Set(await bash('ctys '))).toEqual(new Set(names))
  expect(await bash('ctys completion --')).not.toContain('--words')
})

test('nothing a shell would read as more than a word is offered, and nothing of it ran', async () => {
  expect(await bash('ctys start ')).toEqual(['db', 'web01', 'web02'])
  expect(await bash('ctys find dist=')).toEqual(['CentOS', 'debian'])
  expect((await run('ls', ['-A', '.'])).stdout).toBe('')
})

test.each([
  ['labels', 'web', 'web01\nweb02\n'],
  ['labels', '', 'db\nweb01\nweb02\n'],
  ['hosts', 'u@h', 'u@h1\nu@h2\n'],
  ['fields', 'la', 'label\n'],
  ['query', 'nothing=', ''],
  ['query', 'os=d', 'os=debian\n'],
])('--words %s "%s" are plain lines', async (kind, prefix, expected) => {
  expect(await run('ctys', ['completion', '--words', kind, prefix])).toEqual({code: 0, stdout: expected, stderr: ''})
})

test('an inventory that cannot be read disturbs nobody who types', async () => {
  writeFileSync(join(home, 'empty/enum.fdb'), 'one;two\n')
  const answer = await run('ctys', ['completion', '--words', 'labels', '', '-p', join(home, 'empty')])
  rmSync(join(home, 'empty/enum.fdb'))
  expect(answer).toEqual({code: 0, stdout: '', stderr: ''})
})

test.each([
  ['bash', 'bash -n'],
  ['zsh', 'zsh -n'],
  ['fish', 'fish --no-execute'],
])('%s reads its script without a fault', async (shell, check) => {
  if (!has(shell)) return expect((await run('cat', [join(home, `script.${shell}`)])).stdout).toContain('_ctys')
  const [file = '', ...argv] = check.split(' ')
  expect(await run(file, [...argv, join(home, `script.${shell}`)])).toEqual({code: 0, stdout: '', stderr: ''})
})

test.runIf(has('fish')).each([
  ['ctys st', ['start', 'stop']],
  ['ctys inventory c', ['check', 'convert']],
  ['ctys start we', ['web01', 'web02']],
  ['ctys start web01 --console vnc h', ['h1', 'h2']],
  ['ctys stop web01 --how pa', ['pause']],
  ['ctys list --dry', ['--dry-run']],
  ['ctys -t qemu -a list h', ['h1', 'h2']],
  ['ctys find os=d', ['os=debian']],
  ['ctys completion z', ['zsh']],
  ['ctys inventory export ssh', ['ssh-config']],
  ['ctys inventory export hosts web', ['web01', 'web02']],
])('fish offers for "%s" %j', async (line, expected) => {
  const program = 'source $argv[1]; complete -C $argv[2]'
  const {stdout, stderr} = await run('fish', ['--no-config', '-c', program, join(home, 'script.fish'), line])
  expect(stderr).toBe('')
  const words = stdout.split('\n').filter((word) => word !== '')
  expect(words.map((word) => word.split('\t')[0]).sort()).toEqual([...expected].sort())
})

/** Types the line into an interactive zsh, presses Tab, and gives what was offered. */
async function zsh(line: string): Promise<readonly string[]> {
  const program = `
    zmodload zsh/zpty
    zpty z "ZDOTDIR=$HOME zsh -f -i"
    setup='PS1= ; autoload -Uz compinit && compinit -u -d $HOME/dump; source $HOME/script.zsh
      compadd() { local -a hits; builtin compadd -A hits "$@"; print -rl -- $hits >>$HOME/offered; builtin compadd "$@" }
      offered() { print -r -- END >>$HOME/offered }
      comppostfuncs=(offered); bindkey "^I" complete-word; : >$HOME/ready'
    : >$HOME/offered
    rm -f $HOME/ready
    zpty -w z "$setup"
    while [[ ! -e $HOME/ready ]]; do sleep 0.05; done
    zpty -w -n z "$1"$'\\t'
    while ! grep -q '^END' $HOME/offered; do zpty -r -t z said && seen+=$said; sleep 0.05; done
    zpty -r -t z said && seen+=$said
    zpty -d z
    print -r -- "$seen" >&2`
  const {stdout: _, stderr, code} = await run('timeout', ['20', 'zsh', '-f', '-c', program, 'zsh', line])
  expect(code, stderr).toBe(0)
  expect(stderr).not.toMatch(/_ctys:|no matches|not found/)
  return readFileSync(join(home, 'offered'), 'utf8')
    .split('\n')
    .filter((word) => word !== '' && word !== 'END')
}

test.runIf(has('zsh')).each([
  ['ctys st', ['start', 'stop']],
  ['ctys inventory c', ['check', 'convert']],
  ['ctys start we', ['web01', 'web02']],
  ['ctys start web01 --console vnc h', ['h1', 'h2']],
  ['ctys stop web01 --how pa', ['pause']],
  ['ctys list --dry', ['--dry-run']],
  ['ctys -t qemu -a list h', ['h1', 'h2']],
  ['ctys find os=d', ['os=debian']],
  ['ctys completion z', ['zsh']],
  ['ctys inventory export ssh', ['ssh-config']],
  ['ctys inventory export hosts web', ['web01', 'web02']],
])('zsh offers for "%s" %j', async (line, expected) => {
  expect([...(await zsh(line))].sort()).toEqual([...expected].sort())
})

test('completion without the name of a shell is a usage error', async () => {
  const {code, stderr} = await run('ctys', ['completion', 'tcsh'])
  expect(code).toBe(2)
  expect(stderr).toContain('bash, zsh, fish')
})

test('every argument of every command has a kind of words', () => {
  const names = Object.values(COMMANDS).flatMap((command) => Object.keys(command.args ?? {}))
  expect(names.filter((name) => !Object.hasOwn(argumentKinds, name))).toEqual([])
})
