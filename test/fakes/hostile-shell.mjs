#!/usr/bin/env node
// hostile-shell.mjs MODE SIZE: what a hostile host runs instead of `sh`. It speaks the frames of a session as they should
// be, with answers that hurt. SIZE is MiB, or a count. With MODE `second-MODE` the first answer is sound, and makes a scan
// ask again.
import {readSync, writeSync} from 'node:fs'

const [, , name = 'ok', sizeWord = '60'] = process.argv
const size = Number(sizeWord)
const mode = name.replace(/^second-/, '')
const isSecond = name !== mode
let marker = ''
let mark = ''
let jobs = 0

function write(fd, data) {
  const bytes = Buffer.from(data, 'latin1')
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at)
    } catch (error) {
      if (error.code !== 'EAGAIN') process.exit()
    }
  }
}
const out = (data) => write(1, data)
const err = (data) => write(2, data)
function flood(text, mib, say = out) {
  const chunk = text.repeat(Math.max(1, Math.ceil(32768 / text.length)))
  for (let n = (mib * 1048576) / chunk.length; n > 0; n--) say(chunk)
}
function frame(id, word) {
  out(`\n${marker} ${id} ${word}\n`)
  err(`\n${marker} ${id}\n`)
}
const part = () => out(`\0${mark}\0`)
const qemu = (pid, ...argv) => {
  out(
    ['process', pid, pid, '/usr/bin/qemu-system-x86_64', '/', '0', '0', 'root', 'root']
      .map((word) => `${word}\0`)
      .join(''),
  )
  part()
  out(['words', pid, pid, 'qemu-system-x86_64', ...argv].map((word) => `${word}\0`).join(''))
}
// the process table of a host where nothing runs
const nothing = () => {
  out('whole')
  part()
}
const clock = () => out('C 1700000000\n')

// says nothing more, until the sshd that started it is gone
function stay() {
  const parent = process.ppid
  while (process.ppid === parent) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
  process.exit()
}

const modes = {
  ok() {},
  empty() {
    clock()
    out('Z\n')
  },
  listed() {
    clock()
    out('B /vm\nS 1 90 1 1 /vm/a/a.ctys\nZ\n')
  },
  // answers of the process table
  nul: () => flood('\0', size),
  marks: () => flood(`\0${mark}\0`, size),
  procs() {
    for (let pid = 2; pid < size; pid++) {
      qemu(pid, '-name', `vm${pid}`)
      part()
    }
  },
  args() {
    qemu(2)
    flood('-a\0', size)
    part()
  },
  commas() {
    qemu(2, '-name', 'a')
    out('-drive\0file=/x/y')
    flood(',,=,', size)
    out('\0')
    part()
  },
  configs() {
    for (let n = 0; n < size; n++) {
      out(`config\0/vm/${n}/${n}.ctys\0#@#MAGICID-QEMU\n`)
      part()
    }
  },
  // answers of a scan
  nls() {
    clock()
    flood('\n', size)
    out('Z\n')
  },
  recs() {
    clock()
    out('B /vm\n')
    for (let i = 0; i < size; i++) {
      out(`S ${i} 90 1 1 /vm/e${i}/e${i}.ctys\nL#@#MAGICID-QEMU\nL#@#LABEL = "e${i}"\nL#@#SESSIONTYPE = "QEMU"\nE\n`)
    }
    out('Z\n')
  },
  bases() {
    clock()
    for (let i = 0; i < size; i++) out(`B /vm/${i}\n`)
    out('Z\n')
  },
  longline() {
    clock()
    out('B /vm\nS 1 90 1 1 /vm/a/a.ctys\nL#@#MAGICID-QEMU\nL#@#LABEL = "')
    flood('"=" ', size)
    out('"\nE\nZ\n')
  },
  longpath() {
    clock()
    out('B /vm\nS 1 90 1 1 /vm/')
    flood('a/', size)
    out('\nZ\n')
  },
  interfaces() {
    clock()
    out('B /vm\n')
    const cards = Array.from({length: 999}, (_, n) => `L#@#MAC${n} = "52:54:00:00:00:01"\n`).join('')
    for (let i = 0; i < size; i++) out(`S ${i} 90 1 1 /vm/e${i}/e${i}.ctys\nL#@#MAGICID-QEMU\n${cards}E\n`)
    out('Z\n')
  },
  rejects() {
    clock()
    out('B /vm\n')
    const cards = Array.from({length: 999}, (_, n) => `L#@#MAC${n} = "x"\n`).join('')
    for (let i = 0; i < size; i++) out(`S ${i} 90 1 1 /vm/e${i}/e${i}.ctys\nL#@#MAGICID-QEMU\n${cards}E\n`)
    out('Z\n')
  },
  images() {
    clock()
    out('B /vm\nS 1 90 1 1 /vm/a/a.ctys\nL#@#MAGICID-QEMU\nE\n')
    for (let i = 0; i < size; i++) out(`I ${i} ${i} /vm/a/a${i}.img\nV ${i} nfs4 h:/vm addr=192.0.2.1\n`)
    out('Z\n')
  },
  complain() {
    clock()
    for (let i = 0; i < 20000; i++) out(`B /vm/${i}\n`)
    out('Z\n')
    for (let i = 0; i < size; i++) err(`find: something odd ${i}\n`)
  },
  // of any command
  errors: () => flood('something odd\n', size, err),
  endless: () => flood('x', size),
  tiny() {
    for (let n = 0; n < size; n++) out('x')
  },
  frames() {
    nothing()
    for (let n = 0; n < size; n++) frame(`j${n}`, '0')
  },
  word() {
    out(`\n${marker} j${jobs} `)
    flood('9', size)
  },
  after() {
    nothing()
    frame(`j${jobs}`, '0')
    flood('x', size)
  },
  stays() {
    nothing()
    frame(`j${jobs}`, '0')
    stay()
  },
}
// before the first answer
if (mode === 'greeting') flood('welcome ', size)
if (mode === 'silent') stay()

const buffer = Buffer.alloc(1 << 20)
for (let seen = ''; ; ) {
  let got = 0
  try {
    got = readSync(0, buffer)
  } catch (error) {
    if (error.code === 'EAGAIN') continue
    break
  }
  if (got === 0) break
  seen += buffer.toString('latin1', 0, got)
  if (marker === '') {
    marker = /ctys_begin '?([0-9a-f]{32})'?\n/.exec(seen)?.[1] ?? ''
    if (marker !== '') {
      seen = ''
      frame('ready', '0')
    }
    continue
  }
  const job = /(?:^|\n)ctys_job (j\d+) /.exec(seen)
  if (job === null || !seen.endsWith('\n')) continue
  jobs += 1
  mark = /processes'? '?([0-9a-f]{32})/.exec(seen)?.[1] ?? 'x'
  seen = ''
  if (isSecond && jobs === 1) mark === 'x' ? modes.listed() : nothing()
  else modes[mode]?.()
  frame(job[1], '0')
}
