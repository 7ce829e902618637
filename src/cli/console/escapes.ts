/** What a person types at a console: bytes for the guest, and commands for ctys behind an escape character. */
import type {ConsoleAct} from '../../domain/ports/console-client.js'

export type EscapeCommand = 'leave' | 'help' | 'suspend' | 'monitor' | 'picture' | ConsoleAct

export type Typed = {readonly bytes: Buffer} | {readonly command: EscapeCommand}

const commands: ReadonlyMap<number, EscapeCommand> = new Map<number, EscapeCommand>([
  ['.'.charCodeAt(0), 'leave'],
  ['?'.charCodeAt(0), 'help'],
  ['B'.charCodeAt(0), 'break'],
  ['D'.charCodeAt(0), 'ctrlAltDel'],
  ['P'.charCodeAt(0), 'powerButton'],
  ['M'.charCodeAt(0), 'monitor'],
  ['S'.charCodeAt(0), 'picture'],
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
    `${character}M   put a command to its monitor`,
    `${character}S   keep a picture of its screen in a file here`,
    `${character}^Z  suspend ctys`,
    `${character}${character}   type ${character} itself`,
    `${character}?   this list`,
    '(at the beginning of a line)',
  ].join('\r\n')
}
