/**
 * Consoles and screens of guests: how long a key takes there and back, what a guest writes, and pictures of many
 * machines in one call. The yardsticks are ssh(1) with socat(1) on the same sockets.
 */
import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {shellQuote, shellQuoteAll} from '../../src/lib/shell-quote.js'
import {socketPath, waitForPrompt} from '../lab/guest-console.js'
import type {Lab} from '../lab/lab.js'
import {waitUntil} from '../lab/lab-state.js'
import {type Measure, measure, type Runner} from './hyperfine.js'

const node = process.execPath
const ctys = join(process.cwd(), 'bin/ctys.cjs')

interface Attached {
  readonly name: string
  readonly argv: readonly string[]
}

/** A program on a terminal of its own (script(1)). */
class Terminal {
  readonly #child
  #text = ''
  #bytes = 0
  #heard: (() => void) | undefined

  constructor(lab: Lab, argv: readonly string[]) {
    this.#child = lab.spawnCtl(['script', '-qefc', shellQuoteAll(argv), '/dev/null'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: lab.ctlEnv({TERM: 'xterm', NODE_ENV: 'production', NODE_EXTRA_CA_CERTS: undefined}),
    })
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#bytes += chunk.length
      this.#text = `${this.#text}${chunk.toString('latin1')}`.slice(-4096)
      this.#heard?.()
    })
  }

  get bytes(): number {
    return this.#bytes
  }

  type(text: string): void {
    this.#text = ''
    this.#child.stdin?.write(text)
  }

  /** Until that text came behind what was typed last. */
  hear(text: string, timeoutMs = 60_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`no ${JSON.stringify(text)}: ${this.#text}`)), timeoutMs)
      this.#heard = () => {
        if (!this.#text.includes(text)) return
        clearTimeout(limit)
        this.#heard = undefined
        resolve()
      }
      this.#heard()
    })
  }

  end(): void {
    this.#child.kill('SIGTERM')
  }
}

/** Two guests of one host, ready: one for each of the contenders. */
async function guests(lab: Lab): Promise<readonly Attached[]> {
  for (const label of ['by-ssh', 'by-ctys']) await lab.startVm(1, lab.makeVm(1, {label, mem: 96}))
  const [socket = ''] = await Promise.all(
    ['by-ssh', 'by-ctys'].map(async (label) => {
      const path = await socketPath(lab, 1, `qemumon.${label}.`)
      await waitForPrompt(path, label, 120_000)
      return path.slice(lab.hostPath(1, '').replace(/\/$/, '').length)
    }),
  )
  await lab.ctl([node, ctys, 'scan', 'h1', '--base', '/vm'])
  return [
    {name: '`ssh -t h1 socat`', argv: ['ssh', '-F', lab.sshConfig, '-t', 'h1', `socat -,rawer UNIX-CONNECT:${socket}`]},
    {name: '`ctys console`', argv: [node, ctys, 'console', 'by-ctys', 'h1']},
  ]
}

export interface ConsoleFigures {
  /** Milliseconds there and back of a key: median, and that of the slowest tenth. */
  readonly echo: readonly {readonly name: string; readonly median: number; readonly late: number}[]
  /** What a guest wrote, in MB; MB a second, and the peak of memory of the program that shows it, MiB. */
  readonly output: readonly {
    readonly name: string
    readonly mb: number
    readonly rate: number
    readonly peakMiB: number
  }[]
}

export async function consoles(lab: Lab, {keys, mb}: {keys: number; mb: number}): Promise<ConsoleFigures> {
  const contenders = await guests(lab)
  const open = contenders.map(({name, argv}) => ({name, terminal: new Terminal(lab, argv), times: [] as number[]}))
  try {
    for (const {terminal} of open) {
      await waitUntil(() => terminal.bytes > 0, 'the console', 30_000).catch(() => undefined)
      await echoOf(terminal, '\recho re""ady\r', 'ready')
    }
    for (let key = 0; key < keys; key++) {
      for (const {terminal, times} of open) {
        const began = performance.now()
        await echoOf(terminal, 'x', 'x')
        times.push(performance.now() - began)
        if (key % 40 === 39) await echoOf(terminal, '\x15\recho cle""ar\r', 'clear')
      }
    }
    const echo = open.map(({name, times}) => {
      const sorted = times.sort((a, b) => a - b)
      const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0
      return {name, median: at(0.5), late: at(0.9)}
    })
    const output = []
    for (const {name, terminal} of open) {
      const before = terminal.bytes
      const began = performance.now()
      const write = `\x15dd if=/dev/zero bs=100000 count=${mb * 10} 2>/dev/null | tr '\\0' y; echo do""ne\r`
      terminal.type(write)
      await terminal.hear('done', 1_800_000)
      const seconds = (performance.now() - began) / 1000
      const got = (terminal.bytes - before) / 1e6
      output.push({
        name,
        mb: got,
        rate: got / seconds,
        peakMiB: await peakOf(lab, name.includes('ctys') ? ctys : 'ssh -F'),
      })
    }
    return {echo, output}
  } finally {
    for (const {terminal} of open) terminal.end()
    await lab.ctl([node, ctys, 'stop', '--all', '--force', 'h1'])
  }
}

async function echoOf(terminal: Terminal, typed: string, heard: string): Promise<void> {
  terminal.type(typed)
  await terminal.hear(heard)
}

/** VmHWM of proc_pid_status(5), of the largest process that is called so. */
async function peakOf(lab: Lab, called: string): Promise<number> {
  const {stdout} = await lab.ctl(['pgrep', '-f', called])
  const peaks = await Promise.all(
    stdout
      .split('\n')
      .filter(Boolean)
      .map(async (pid) => {
        const {stdout: status} = await lab.ctl(['cat', `/proc/${pid}/status`])
        return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024
      }),
  )
  return Math.max(0, ...peaks)
}

/** Screens of `hosts` × `each` machines in one call; they are paused, so that nothing else works meanwhile. */
export async function screenshots(
  run: Runner,
  {lab, hosts, each, runs}: {lab: Lab; hosts: number; each: number; runs: number},
): Promise<readonly Measure[]> {
  const numbers = Array.from({length: hosts}, (_, index) => index + 1)
  const names = numbers.map((number) => `h${number}`)
  const places = numbers.flatMap((number) =>
    Array.from({length: each}, (_, index) => ({number, label: `shot${number}-${index + 1}`})),
  )
  for (const {number, label} of places) lab.makeVm(number, {label, mem: 48})
  const must = async (...argv: readonly string[]) => {
    const {code, stderr} = await lab.ctl([node, ctys, ...argv], {timeoutMs: 600_000})
    if (code !== 0) throw new Error(`ctys ${argv.join(' ')}: ${stderr}`)
  }
  await must('scan', ...names, '--base', '/vm')
  // not begun: a screen is there, and no core is needed
  for (const {number, label} of places)
    await must('-t', 'qemu', '-a', `create=l:${label},console:vnc,argsadd:s%-S`, `h${number}`)
  const list = join(lab.dir, 'shots')
  const sockets = await Promise.all(
    places.map(async ({number, label}) => {
      const path = await socketPath(lab, number, `qemumon.${label}.`)
      return `h${number} ${path.slice(lab.hostPath(number, '').replace(/\/$/, '').length)}.qmp ${label}`
    }),
  )
  writeFileSync(list, `${sockets.join('\n')}\n`)
  const byHand = join(lab.dir, 'shot.sh')
  const there = [
    'f=$(mktemp)',
    `printf '{"execute":"qmp_capabilities"}{"execute":"screendump","arguments":{"filename":"%s","format":"png"}}' "$f" | socat -t 5 - "UNIX-CONNECT:$1" >/dev/null`,
    'cat "$f"; rm -f "$f"',
  ].join('; ')
  const pictures = join(lab.dir, 'pictures')
  const remote = shellQuote(shellQuoteAll(['sh', '-c', there, 'sh']))
  const lines = [
    'set -- $1',
    `remote=${remote}`,
    `exec ssh -F ${lab.sshConfig} "$1" "$remote $2" >"${pictures}/$3.png"`,
  ]
  writeFileSync(byHand, `${lines.join('\n')}\n`)
  mkdirSync(pictures)
  try {
    return await measure(
      run,
      [
        {
          name: `\`xargs -P${places.length} ssh HOST socat\``,
          argv: ['xargs', '-a', list, '-P', String(places.length), '-I{}', 'sh', byHand, '{}'],
        },
        {name: `\`ctys screenshot\` of ${hosts} hosts`, argv: [node, ctys, 'screenshot', ...names, '-o', pictures]},
      ],
      runs,
    )
  } finally {
    await must('stop', '--all', '--force', ...names)
  }
}
