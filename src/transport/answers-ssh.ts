import {connect} from 'node:net'
import type {PingHost} from '../domain/ports/ports.js'

const port = 22
const deadlineMs = 5_000

/** True when a sshd says who it is at that address, to this machine (RFC 4253, 4.2). */
export const answersSsh: PingHost = (host, {signal}) =>
  new Promise((resolve) => {
    const socket = connect({host, port})
    const finish = (answer: boolean): void => {
      signal.removeEventListener('abort', onAbort)
      socket.destroy()
      resolve(answer)
    }
    const onAbort = (): void => finish(false)
    signal.addEventListener('abort', onAbort, {once: true})
    socket.setTimeout(deadlineMs, () => finish(false))
    socket.once('data', (chunk: Buffer) => finish(chunk.subarray(0, 4).toString('latin1') === 'SSH-'))
    socket.once('error', () => finish(false))
    socket.once('close', () => finish(false))
  })
