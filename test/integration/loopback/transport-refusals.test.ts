import {execFileSync, spawn} from 'node:child_process'
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {CtysError} from '../../../src/domain/errors.js'
import {createTransport} from '../../../src/transport/route.js'
import {eventually, makeKey, type Sshd, startSshd, tryKill} from '../../fakes/sshd.js'

/** Why a host and this side do not come together, over every way: each has a code and a cure of its own. */

const {signal} = new AbortController()
const sshds: Sshd[] = []
let agent = 0
afterAll(async () => {
  tryKill(agent)
  await Promise.all(sshds.map((sshd) => sshd.stop()))
})

async function start(config: string): Promise<Sshd> {
  const sshd = await startSshd({config})
  sshds.push(sshd)
  return sshd
}

async function refusal(force: 'ssh' | 'openssh' | undefined, sshd: Sshd): Promise<CtysError> {
  const transport = createTransport({configFile: sshd.configFile, ...(force !== undefined && {force})})
  try {
    const session = await transport.open({host: 'fake'}, {signal}).catch((error: CtysError) => error)
    if (!('close' in session)) return session
    await session.close()
    throw new Error('let in')
  } finally {
    await transport.close()
  }
}

describe.each(['ssh', 'openssh', undefined] as const)('%s', (force) => {
  let sshd: Sshd

  test.each([
    ['Ciphers aes128-cbc', force === 'ssh' ? 'Ciphers +NAME' : 'Ciphers +aes128-cbc'],
    ['KexAlgorithms diffie-hellman-group14-sha1', 'KexAlgorithms +'],
    ['MACs hmac-md5\nCiphers aes128-ctr', 'MACs +'],
  ])('a host with nothing but %s', async (lines, cure) => {
    const error = await refusal(force, await start(lines))
    expect(`${error.code} ${error.message}`).toMatch(/^NO_COMMON_ALGORITHM fake: .*no matching/)
    expect(error.hint).toContain(cure)
    expect(error.hint).toContain('"Host fake" in ')
  })

  describe('an agent with too many keys', () => {
    beforeAll(async () => {
      sshd = await start('MaxAuthTries 3')
      const socket = join(sshd.dir, 'agent')
      agent = spawn('ssh-agent', ['-D', '-a', socket], {stdio: 'ignore'}).pid ?? 0
      expect(await eventually(() => existsSync(socket))).toBe(true)
      for (let n = 0; n < 5; n++) {
        makeKey(join(sshd.dir, `spare${n}`))
        execFileSync('ssh-add', ['-q', join(sshd.dir, `spare${n}`)], {env: {...process.env, SSH_AUTH_SOCK: socket}})
      }
      sshd.configure(`Host fake\n  IdentityAgent ${socket}\n  IdentitiesOnly no`)
    })
    afterAll(() => tryKill(agent))

    test('is AUTH_FAILED, and IdentitiesOnly the cure', async () => {
      const error = await refusal(force, sshd)
      expect(`${error.code} ${error.message}`).toMatch(/^AUTH_FAILED fake: .*Too many authentication failures/)
      expect(error.hint).toMatch(/IdentitiesOnly yes .*"Host fake" in /)
    })
  })
})

describe.each(['openssh', undefined] as const)('the certificate of a host over %s', (force) => {
  test.each([
    ['expired', ['-V', '20200101:20200102'], 'ca', 'HOST_CERT_EXPIRED', /ssh-keygen -s CA_KEY -h .* -V /],
    ['not valid yet', ['-V', '20900101:20900102'], 'ca', 'HOST_CERT_EXPIRED', /ssh-keygen -s CA_KEY -h .* -V /],
    ['for another name', ['-n', 'elsewhere'], 'ca', 'HOST_CERT_FOREIGN', /HostKeyAlias under "Host fake"/],
    ['by another authority', [], 'other_ca', 'HOST_CERT_FOREIGN', /HostKeyAlias under "Host fake"/],
  ])('%s', async (_name, words, authority, code, cure) => {
    const sshd = await start('HostCertificate none')
    for (const name of ['ca', 'other_ca']) makeKey(join(sshd.dir, name))
    const names = words.includes('-n') ? [] : ['-n', '127.0.0.1']
    const sign = ['-q', '-s', join(sshd.dir, 'ca'), '-I', 'fake', '-h', ...names, ...words, `${sshd.dir}/host_key.pub`]
    execFileSync('ssh-keygen', sign)
    const certified = await start(`HostKey ${sshd.dir}/host_key\nHostCertificate ${sshd.dir}/host_key-cert.pub`)
    const key = readFileSync(join(sshd.dir, `${authority}.pub`), 'utf8')
    writeFileSync(certified.knownHosts, `@cert-authority [127.0.0.1]:${certified.port} ${key}`)
    const error = await refusal(force, certified)
    expect(`${error.code} ${error.message}`).toMatch(new RegExp(`^${code} fake: `))
    expect(error.hint).toMatch(cure)
  })
})
