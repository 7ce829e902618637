/** `ctys guests verify` as typed: guests of other CPUs boot for real; one of them here, all by npm run long. Needs a build. */
import {mkdtempSync, readdirSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {runBuilt} from '../../../contract/run-built.js'
import {foreignGuestDir} from '../../../lab/guest-image.js'
import {rounds} from '../../../lab/rounds.js'

/** Debian's architecture, the package of its kernel, and what uname(1) says there. */
const foreign: readonly (readonly [guest: string, arch: string, kernel: string, machine: string])[] = [
  ['debian-12-arm64', 'arm64', 'linux-image-cloud-arm64', 'aarch64'],
  ['debian-12-armhf', 'armhf', 'linux-image-armmp', 'armv7l'],
  ['debian-12-i386', 'i386', 'linux-image-686', 'i686'],
  ['debian-12-ppc64el', 'ppc64el', 'linux-image-powerpc64le', 'ppc64le'],
  ['debian-12-s390x', 's390x', 'linux-image-s390x', 's390x'],
  ['debian-12-mipsel', 'mipsel', 'linux-image-4kc-malta', 'mips'],
  ['debian-12-mips64el', 'mips64el', 'linux-image-5kc-malta', 'mips64'],
]

let home = ''
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ctys-verify-'))
})
afterEach(() => rmSync(home, {recursive: true, force: true}))

interface Body {
  readonly verified: readonly {readonly qemu: string}[]
  readonly guests: readonly unknown[]
}

test.each(foreign.slice(0, rounds(7)))(
  '%s',
  async (guest, arch, kernel, machine) => {
    const folder = await foreignGuestDir(arch, kernel)
    const boot = ['--kernel', join(folder, 'kernel'), '--initrd', join(folder, 'initrd.gz')]
    const verify = async (...words: readonly string[]) => {
      const argv = ['ctys', 'guests', 'verify', guest, ...boot, ...words, '--json'] as const
      const {code, stdout, stderr} = await runBuilt(home, argv, {timeoutMs: 200_000})
      return {code, stderr, body: JSON.parse(stdout) as Body}
    }
    const base = {name: guest, host: 'localhost'}
    const late = await verify('--expect', 'never said', '--wait-timeout', '1')
    expect([late.code, late.body.verified]).toMatchObject([1, [{...base, state: 'failed', error: {code: 'NOT_SEEN'}}]])
    const {code, stderr, body} = await verify('--expect', `guest up: ${machine}`, '--wait-timeout', '150')
    const qemu = body.verified[0]?.qemu ?? ''
    expect([code, body.verified], stderr).toEqual([0, [{...base, qemu, state: 'booted', ms: expect.any(Number)}]])
    expect(qemu).toMatch(/^\d+\.\d+/)
    expect(body.guests).toMatchObject([
      {name: guest, evidence: expect.stringMatching(/^booted \d{4}-\d\d-\d\d with QEMU /)},
    ])
    // nothing of them is left
    expect(readdirSync(join(home, 'ctys-verify'))).toEqual([])
  },
  500_000,
)
