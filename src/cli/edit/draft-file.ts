import {spawn} from 'node:child_process'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline/promises'
import type {Draft} from '../../app/inventory/edit-inventory.js'
import {ConfigError} from '../../domain/errors.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {MiB, readRegularFile} from '../../lib/regular-file.js'

/**
 * A file that only this user can read, edited with $VISUAL, $EDITOR or vi. Throws ConfigError, having made nothing, where
 * vi would find no terminal; an editor that was named may need none.
 */
export async function createDraft(text: Buffer): Promise<Draft> {
  const editor = editorOf(process)
  const directory = await mkdtemp(join(tmpdir(), 'ctys-edit-')).catch((error: Error) => {
    throw new ConfigError('CONFIG', `cannot make a directory for the draft: ${error.message}`, {
      hint: 'set TMPDIR to a directory of yours',
      cause: error,
    })
  })
  const path = join(directory, 'inventory.yaml')
  await writeFile(path, text, {mode: 0o600, flag: 'wx'})
  return {
    path,
    edit: () => runEditor(editor, path),
    askAgain,
    hasChanges: async () => !readRegularFile(path, {maxBytes: 64 * MiB, what: 'a draft'}).equals(text),
    discard: () => rm(directory, {recursive: true, force: true}),
  }
}

function editorOf({env, stdin, stdout, stderr}: NodeJS.Process): string {
  const named = (env.VISUAL || env.EDITOR || '').trim()
  if (named !== '') return named
  if (stdin.isTTY !== true || (stdout.isTTY !== true && stderr.isTTY !== true)) {
    throw new ConfigError('CONFIG', 'there is no terminal to edit at', {
      hint: 'set EDITOR to a program that needs none, or use ctys inventory convert and merge',
    })
  }
  return 'vi'
}

/**
 * Runs the editor and waits for its end, as long as the person takes. Its name may have arguments behind it, parted by
 * blanks; there is no shell and no quoting. Ctrl-C is the editor's meanwhile.
 */
async function runEditor(editor: string, path: string): Promise<void> {
  const [program = 'vi', ...args] = editor.split(/\s+/)
  const ignore = (): void => undefined
  process.on('SIGINT', ignore)
  try {
    const ended = await new Promise<string>((resolve, reject) => {
      // stdout may be where the answer goes
      const stdout = process.stdout.isTTY ? 'inherit' : 2
      const child = spawn(program, [...args, path], {stdio: ['inherit', stdout, 'inherit']})
      child.once('error', reject)
      child.once('exit', (code, signal) => resolve(code === 0 ? '' : signal === null ? `status ${code}` : signal))
    })
    if (ended !== '') throw new ConfigError('CONFIG', `the editor '${editor}' ended with ${ended}; nothing was changed`)
  } catch (error) {
    if (error instanceof ConfigError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new ConfigError('CONFIG', `cannot start the editor '${editor}': ${reason}`, {
      hint: 'set VISUAL or EDITOR',
      cause: error,
    })
  } finally {
    process.off('SIGINT', ignore)
  }
}

async function askAgain(faults: readonly string[]): Promise<boolean> {
  const {stdin, stderr} = process
  if (stdin.isTTY !== true || stderr.isTTY !== true) return false
  for (const fault of faults) stderr.write(`${escapeControls(fault)}\n`)
  const reader = createInterface({input: stdin, output: stderr})
  try {
    // no answer, as at Ctrl-D or Ctrl-C, is a no
    const gone = new AbortController()
    reader.once('close', () => gone.abort())
    // readline stops reading when ctys was suspended
    reader.on('SIGCONT', () => reader.prompt(true))
    const answer = await reader.question('edit again? [Y/n] ', {signal: gone.signal}).catch(() => 'n')
    return !/^\s*n/i.test(answer)
  } finally {
    reader.close()
  }
}
