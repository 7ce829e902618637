import {readFileSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import {type Lab, startLab} from '../lab/lab.js'
import {ctys, ctysFile, ctysJson, verdicts} from './run-ctys.js'

let lab: Lab

beforeAll(async () => {
  lab = await startLab({hosts: 3})
  // h1 has talked to h2 and h3: its own table knows them
  for (const host of ['h2', 'h3']) await lab.host(1, ['sh', '-c', `: | timeout 5 ssh-keyscan ${host} >/dev/null 2>&1`])
})
afterAll(() => lab?.down())
beforeEach(() => rmSync(mapFile(), {force: true}))

const mapFile = (): string => join(lab.ctlHome, '.ctys/db/default/macmap.fdb')

/** The MAC address a host has on its cable, as ctys writes it. */
async function macOf(number: number): Promise<string> {
  const {stdout} = await lab.host(number, ['cat', '/sys/class/net/eth0/address'])
  return stdout.trim().toUpperCase()
}

describe.sequential('extract-arp', () => {
  test('shows what the tables of all hosts say, each entry once', async () => {
    const answer = await ctys(lab, ['extract-arp', 'h1', 'h2', 'h3'])
    expect(answer, answer.stderr).toMatchObject({code: 0})
    const rows = answer.stdout.trim().split('\n')
    expect(rows).toEqual([...new Set(rows)].sort())
    expect(rows).toContain(`;10.77.0.2;${await macOf(2)}`)
    expect(rows).toContain(`;10.77.0.3;${await macOf(3)}`)
    // the controller is the neighbour of everybody it asked
    expect(rows.filter((row) => row.includes(';10.77.0.254;'))).toHaveLength(1)
    expect(answer.stdout).not.toMatch(/;fe80:/)
    expect(answer.stderr).toBe('3 hosts: 3 done\n')
  })

  test.each([['ssh'], ['openssh']])('answers over %s, and says on which interface of the host', async (transport) => {
    const {outcomes} = await ctysJson(lab, ['extract-arp', 'h1', '--transport', transport])
    expect(outcomes[0]).toMatchObject({
      status: 'ok',
      data: {kind: 'neighbours', tool: 'ip', rejects: []},
    })
    const data = outcomes[0]?.status === 'ok' && outcomes[0].data.kind === 'neighbours' ? outcomes[0].data : undefined
    expect(data?.neighbours).toContainEqual({name: '', ip: '10.77.0.2', mac: await macOf(2), interface: 'eth0'})
  })

  test('-P stores it, the classic names keep theirs, and macmap finds it offline', async () => {
    const known = `host web01 { hardware ethernet ${await macOf(2)}; fixed-address 10.77.0.99; }\n`
    const stored = await lab.ctl([process.execPath, ctysFile, 'extract-mac', '-P', '-'], {input: known})
    expect(stored, stored.stderr).toMatchObject({code: 0})
    const answer = await ctys(lab, ['extract-arp', '-P', 'h1'])
    expect(answer, answer.stderr).toMatchObject({code: 0, stdout: ''})
    expect(answer.stderr).toMatch(/macmap\.fdb: \d+ added, 1 changed/)
    // the address moved, the name stayed
    const found = await ctys(lab, ['macmap', 'web01'])
    expect(found.stdout).toBe(`web01;10.77.0.2;${await macOf(2)}\n`)
    const again = await ctys(lab, ['extract-arp', '-P', 'h1'])
    expect(again.stderr).toContain('nothing new')
  })

  test('a host that does not answer is told apart, and what the others said is stored', async () => {
    await lab.cutCable(2)
    try {
      const body = await ctysJson(lab, ['extract-arp', '-P', 'h1', 'h2', 'h3'])
      expect(body.exitCode).toBe(4)
      expect(verdicts(body)[0]).toBe('h1 ok')
      expect(verdicts(body)[1]).toMatch(/^h2 failed (CONNECT_TIMEOUT|UNREACHABLE)$/)
      expect(verdicts(body)[2]).toBe('h3 ok')
      expect(readFileSync(mapFile(), 'utf8')).toContain(await macOf(3))
    } finally {
      await lab.joinCable(2)
    }
  })

  test('a host without ip and arp is asked for the table of its kernel', async () => {
    const tools = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'].flatMap((folder) => [`${folder}/ip`, `${folder}/arp`])
    // the host's file system is an overlay: this is for that host alone
    expect(await lab.host(3, ['rm', '-f', ...tools])).toMatchObject({code: 0})
    const body = await ctysJson(lab, ['extract-arp', 'h3'])
    expect(body.outcomes[0]).toMatchObject({status: 'ok', data: {tool: 'proc', rejects: []}})
  })
})
