/** What a person types at a console: bytes for the guest, and commands for ctys behind an escape character. */
import type {ConsoleAct} from '../../domain/ports/console-client.js'

export type Typed = {readonly bytes: Buffer} | {readonly command: 'leave' | 'help' | 'suspend' | ConsoleAct}

const commands: ReadonlyMap<number, 'leave' | 'help' | 'suspend' | ConsoleAct> = new Map([
  ['.'.charCodeAt(0), 'leave'],
  ['?'.charCodeAt(0), 'help'],
  ['B'.charCodeAt(0), 'break'],
  ['D'.charCodeAt(0), 'ctrlAltDel'],
  ['P'.charCodeAt(0), 'powerButton'],
  [0x1a, 'suspend'],
])

/**
 * As ssh(1) does it: the escape character counts at the beginning of a line only, the command is the next key, the
 * character twice is itself, and anything else goes to the guest as it was typed. Undefined: there is none.
 */
export function createEscapes(character: string | undefined): (chunk: Buffer) => readonly Typed[] {
  const code = character?.charCodeAt(0)
  let atStart = true
  let isHeld = false
  return (chunk) => {
    const typed: Typed[] = []
    let bytes: number[] = []
    const flush = () => {
      if (bytes.length > 0) typed.push({bytes: Buffer.from(bytes)})
      bytes = []
    }
    for (const byte of chunk) {
      if (isHeld && code !== undefined) {
        isHeld = false
        const command = commands.get(byte)
        if (command !== undefined) {
          flush()
          typed.push({command})
          continue
        }
        bytes.push(...(byte === code ? [code] : [code, byte]))
        atStart = isLineEnd(byte)
      } else if (atStart && byte === code) isHeld = true
      else {
        bytes.push(byte)
        atStart = isLineEnd(byte)
      }
    }
    flush()
    return typed
  }
}

function isLineEnd(byte: number): boolean {
  return byte === 10 || byte === 13
}

export function escapeHelp(character: string): string {
  return [
    `${character}.   leave the console; the machine runs on`,
    `${character}B   send a break`,
    `${character}D   press Ctrl-Alt-Del`,
    `${character}P   press the power button`,
    `${character}^Z  suspend ctys`,
    `${character}${character}   type ${character} itself`,
    `${character}?   this list`,
    '(at the beginning of a line)',
  ].join('\r\n')
}
