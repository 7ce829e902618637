import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {Lab} from '../lab/lab.js'
import {keyLines, usualKeys} from '../lab/make-vm.js'

/** Directories of that many machines below /vm/sCOUNT of a host, a configuration in each; returns that path. */
export function writeVmDirectories(lab: Lab, host: number, count: number): string {
  const base = `/vm/s${count}`
  for (let i = 0; i < count; i++) {
    const label = `vm${String(i).padStart(5, '0')}`
    const directory = lab.hostPath(host, join(base, label))
    mkdirSync(directory, {recursive: true})
    writeFileSync(join(directory, `${label}.ctys`), configuration(label, host, i))
  }
  return base
}

/** About as long as what people have. */
function configuration(label: string, host: number, i: number): string {
  const bytes = [host, i >> 8, i].map((part) => (part & 255).toString(16).padStart(2, '0'))
  const keys = {
    'MAGICID-QEMU': '',
    LABEL: label,
    UUID: `${bytes.join('')}${'0'.repeat(20)}${bytes.join('')}`,
    MAC0: `00:50:56:${bytes.join(':')}`,
    IP0: `10.${host}.${i >> 8}.${i & 255}`,
    ...usualKeys,
    VRAM: '512',
  }
  return `#!/bin/sh\n${keyLines(keys)}`
}
