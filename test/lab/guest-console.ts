/**
 * Looks at a running guest from outside the host, through the sockets its QEMU made there (pathname sockets can be
 * reached from every network namespace). For tests that must not depend on what they test.
 */
import {readdirSync} from 'node:fs'
import {connect} from 'node:net'
import {waitUntil} from './lab-state.js'
import type {Lab} from './running-lab.js'

/** The machine's path of the monitor socket in a host's /var/tmp whose name starts like that; waits until it is made. */
export async function socketPath(lab: Lab, host: number, start: string): Promise<string> {
  const dir = lab.hostPath(host, '/var/tmp')
  const find = () => readdirSync(dir).find((file) => file.startsWith(start) && !/\.(?:qmp|ctys|vnc|qga)$/.test(file))
  await waitUntil(() => find() !== undefined, `a socket ${start}* on h${host}`, 10_000)
  return `${dir}/${find()}`
}

/** Presses Enter on the serial console until the guest's shell prompts with its label. */
export async function waitForPrompt(path: string, label: string, timeoutMs = 45_000): Promise<void> {
  const socket = connect(path)
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString()
  })
  socket.on('error', () => {}) // the guest is gone: the prompt never comes
  const timer = setInterval(() => socket.write('\n'), 300)
  try {
    await waitUntil(() => text.includes(`${label}# `), `the prompt of ${label}`, timeoutMs)
  } finally {
    clearInterval(timer)
    socket.destroy()
  }
}

/** Types a line on the serial console of a guest that prompts, and sees it there. */
export async function typeLine(lab: Lab, host: number, label: string, line: string): Promise<void> {
  const path = await socketPath(lab, host, `qemumon.${label}`)
  await waitForPrompt(path, label, 120_000)
  const socket = connect(path)
  let text = ''
  socket.on('data', (data) => {
    text += data.toString()
  })
  socket.on('error', () => {}) // the guest is gone: its echo never comes
  try {
    socket.write(`${line}\n`)
    // with its end: what QEMU has not read when the connection closes is lost
    await waitUntil(() => text.replaceAll('\r', '').includes(`${line}\n`), `the echo of ${line}`, 60_000)
  } finally {
    socket.destroy()
  }
}

/** Asks on the channel of a guest agent, the socket `path` as the machine sees it, until somebody answers there. */
export async function waitForAgent(path: string, timeoutMs = 120_000): Promise<void> {
  const sync = `${JSON.stringify({execute: 'guest-sync', arguments: {id: 4711}})}\n`
  let text = ''
  const open = () => {
    const fresh = connect(path)
    fresh.on('data', (data) => {
      text += data.toString()
    })
    fresh.on('error', () => {}) // not there yet: tried again
    return fresh
  }
  let socket = open()
  const timer = setInterval(() => {
    if (socket.destroyed) socket = open()
    else socket.write(sync)
  }, 500)
  try {
    await waitUntil(() => text.includes('4711'), `the guest agent at ${path}`, timeoutMs)
  } finally {
    clearInterval(timer)
    socket.destroy()
  }
}

export interface QmpAnswer {
  /** Names, in the order they came. */
  readonly events: readonly string[]
  /** QEMU closed the connection within the time. */
  readonly ended: boolean
}

/** Gives one command on the QMP socket beside that monitor socket and listens until QEMU is gone or the time is over. */
export async function qmpCommand(path: string, command: string, timeoutMs = 15_000): Promise<QmpAnswer> {
  const socket = connect(`${path}.qmp`)
  let text = ''
  let ended = false
  socket.on('data', (chunk) => {
    text += chunk.toString()
  })
  socket.on('error', () => {}) // QEMU may reset the connection as it ends; `close` follows
  socket.on('close', () => {
    ended = true
  })
  for (const execute of ['qmp_capabilities', command]) socket.write(`${JSON.stringify({execute})}\n`)
  await waitUntil(() => ended, 'the end of QEMU', timeoutMs).catch(() => {})
  const events = [...text.matchAll(/"event": "(\w+)"/g)].map(([, name]) => name ?? '')
  socket.destroy()
  return {events, ended}
}
