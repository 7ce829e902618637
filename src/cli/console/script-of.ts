import {unescapeText} from '../../lib/unescape-text.js'
import type {Script} from './console-client.js'

/** What is to be typed and waited for; a text says what is wrong. */
export function scriptOf({
  send,
  expect,
  timeout,
}: {
  readonly send?: string | undefined
  readonly expect?: string | undefined
  readonly timeout: number
}): Script | string | undefined {
  if (send === undefined && expect === undefined) return undefined
  const base = {send: unescapeText(send ?? ''), timeoutMs: timeout * 1000}
  if (expect === undefined) return base
  try {
    return {...base, expect: new RegExp(expect, 'm')}
  } catch (error) {
    return `--expect: ${error instanceof Error ? error.message : 'no pattern'}`
  }
}
