import {lookup} from 'node:dns/promises'
import {PreconditionError} from '../domain/errors.js'
import type {LookUp} from '../domain/ports/ports.js'
import {withDeadline} from '../lib/deadline.js'

const deadlineMs = 15_000

/** As every program of this machine does (getaddrinfo(3)): its hosts file too. */
export const lookUp: LookUp = async (name, {signal}) => {
  const silent = (why: string) =>
    new PreconditionError('COMMAND_FAILED', `${name}: the name service does not answer: ${why}`)
  const timeout = () => silent(`not within ${deadlineMs / 1000} s`)
  try {
    const all = await withDeadline(lookup(name, {all: true}), {ms: deadlineMs, signal, timeout})
    return all.map(({address}) => address)
  } catch (error) {
    const {code = ''} = error as NodeJS.ErrnoException
    if (code === 'ENOTFOUND' || code === 'ENODATA') return []
    throw /^E[A-Z_]+$/.test(code) ? silent(code) : error
  }
}
