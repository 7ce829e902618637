/** Answers of an installer, as the script that makes a machine takes them. */
import type {NewMachine} from '../../../domain/work/make.js'

/** Name and text of the file; the initial RAM disk that gets it, and the archive to append there, for printf(1) `%b`. */
export function answerArguments({answers, initrd}: Pick<NewMachine, 'answers' | 'initrd'>): readonly string[] {
  if (answers === undefined) return ['', '', '', '']
  const {name, text, inInitrd} = answers
  return inInitrd ? [name, text, initrd ?? '', octal(cpio(name, text))] : [name, text, '', '']
}

/**
 * A newc archive with one file (cpio(5); the kernel unpacks one archive behind the other: initramfs buffer format). It
 * begins on a boundary of four bytes, as the script sees to.
 */
export function cpio(name: string, text: string): Buffer {
  const entry = (path: string, mode: number, data: Buffer) => {
    const fields = [1, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, path.length + 1, 0]
    const head = `070701${fields.map((field) => field.toString(16).padStart(8, '0').toUpperCase()).join('')}${path}\0`
    return Buffer.concat([padded(Buffer.from(head, 'latin1')), padded(data)])
  }
  return Buffer.concat([entry(name, 0o100644, Buffer.from(text)), entry('TRAILER!!!', 0, Buffer.alloc(0))])
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)])
}

/** For `%b`: what is no plain letter as `\0ooo`. */
function octal(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replaceAll(/[^ !-[\]-~]/g, (char) => `\\0${char.charCodeAt(0).toString(8).padStart(3, '0')}`)
}
