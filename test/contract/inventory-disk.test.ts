import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, type TestContext, test} from 'vitest'
import {childEnvironment, mountNamespace, run} from '../fixtures/inventory/run-child.js'

// the built program on a real full disk and a real read-only one, both mounted for it alone

let base: string
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'ctys-disk-'))
  for (const [name, machines] of [
    ['few', 5],
    ['many', 600],
  ] as const) {
    for (let m = 0; m < machines; m++) {
      mkdirSync(join(base, name, `m${m}`), {recursive: true})
      writeFileSync(join(base, name, `m${m}/m${m}.ctys`), '#@#MAGICID-QEMU\n#@#MAC = "02:00:00:00:00:01"\n')
    }
  }
  mkdirSync(join(base, 'db'))
})
afterAll(() => rmSync(base, {recursive: true, force: true}))

/** Runs a script with mounts of its own, which root can always do; $1 is the directory of the inventory. */
async function inNamespace({skip}: TestContext, script: string): Promise<readonly string[]> {
  const namespace = await mountNamespace()
  if (namespace === undefined) {
    expect(process.getuid?.(), 'root can mount').not.toBe(0)
    return skip('mounts need root or user namespaces')
  }
  const [unshare = '', ...flags] = namespace
  const ctys = join(process.cwd(), 'bin/ctys.cjs')
  const env = {...childEnvironment(), HOME: base, BASE: base, NODE: process.execPath, CTYS: ctys}
  const {stdout} = await run(unshare, [...flags, 'sh', '-c', functions + script, 'sh', join(base, 'db')], {env})
  return stdout.trim().split('\n')
}

// shellcheck has nothing to say of these: they are words of this test alone
const functions = `
scan() { "$NODE" "$CTYS" scan localhost -t QEMU --base "$BASE/$2" -p "$1" 2>&1 >/dev/null | grep -A1 INVENTORY_; }
sum() { cksum <"$1/enum.fdb"; ls "$1" | grep enum | tr '\\n' ' '; echo; }
count() { "$NODE" "$CTYS" find -p "$1" -X -o label label~. | wc -l; }
`

test.for([
  ['a full disk', 'no space left on device', 'mount -t tmpfs -o size=64k none "$1"', ':'],
  ['a read-only disk', 'read-only file system', ':', 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1"'],
])('a scan onto %s ends with %s, and the inventory is the one before', async ([, code, before, after], context) => {
  const script = `${before} && scan "$1" few; sum "$1"; ${after}; scan "$1" many; sum "$1"; count "$1"`
  const answer = await inNamespace(context, script)
  const [sum, names, said, next, ...rest] = answer
  expect(names).toBe('enum.fdb enum.fdb.lock ')
  expect(said).toMatch(new RegExp(`^ctys: INVENTORY_IO: cannot write .*${code}`))
  expect(next).toContain('nothing was lost')
  expect(rest.map((line) => line.trim())).toEqual([sum, names?.trim(), '5'])
})
