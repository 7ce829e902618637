import {execFileSync} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {autostartScript} from '../../../../src/drivers/qemu/remote/autostart.js'
import {cloneScript} from '../../../../src/drivers/qemu/remote/clone.js'
import {setKeysFunction} from '../../../../src/drivers/qemu/remote/set-keys.js'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ctys-set-'))
})
afterEach(() => rmSync(dir, {recursive: true}))

test.each([autostartScript, cloneScript])('shellcheck has nothing to say of $name', ({text}) => {
  execFileSync('shellcheck', ['-s', 'sh', '-'], {input: text})
})

test.each(['mawk', 'gawk', 'busybox'])('only the keys named change, under %s', (awk) => {
  try {
    execFileSync('which', [awk])
  } catch {
    return
  }
  const before = `#!/bin/sh
#@#MAGICID-QEMU
#@#LABEL = "a"
#@# CTYS-VRAM =  512   
# VRAM = of no meaning
#@#MAC0 = "x"
#@#MAC0 = "y"
#@#OS = "Li\\nux & \\\\1"
VCPU=3
last line without its end`
  writeFileSync(join(dir, 'a.ctys'), before)
  writeFileSync(join(dir, 'keys'), 'VRAM 1024\nMAC0 \nARG0 -x "\\1" & $(id) \\n\nNEW a b\nGONE \n')
  const bin = awk === 'busybox' ? 'awk() { busybox awk "$@"; }' : `awk() { ${awk} "$@"; }`
  const script = `${bin}\n${setKeysFunction}\nset_keys "$1" "$2"`
  const after = execFileSync('sh', ['-c', script, 'set', join(dir, 'a.ctys'), join(dir, 'keys')]).toString()
  expect(after).toBe(`#!/bin/sh
#@#MAGICID-QEMU
#@#LABEL = "a"
#@#VRAM = "1024"
# VRAM = of no meaning
#@#OS = "Li\\nux & \\\\1"
VCPU=3
last line without its end
#@#ARG0 = "-x "\\1" & $(id) \\n"
#@#NEW = "a b"
`)
})
