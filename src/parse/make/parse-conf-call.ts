/** The words of ctys-createConfVM (reference of the original: options, variables of the environment, defaults files). */
import {type ConfVariable, confVariables} from '../../domain/classic/conf-variables.js'
import {nearest} from '../../lib/suggest.js'

export interface ConfCall {
  readonly type: string
  readonly label?: string
  /** Yes to everything but mandatory fields; `all`: yes to everything. */
  readonly auto?: 'auto' | 'all'
  readonly listVariables: boolean
  readonly image: boolean
  readonly files: boolean
  readonly saveKernel: boolean
  /** Undefined: the usual one, where it is there; false: none. */
  readonly defaultsFile?: string | false
  readonly writeDefaults?: 'new' | 'force'
  readonly directory: string
  readonly isNew: boolean
  /** Questions without explanations. */
  readonly expert: boolean
}

const bare: ReadonlySet<string> = new Set([
  ...['auto', 'auto-all', 'levo', 'list-env-var-options', 'list-environment-variable-options', 'create-image'],
  ...['no-create-image', 'no-create-conf-data', 'no-write-conf-files', 'save-para-kernel', 'no-save-para-kernel'],
  ...[
    'defaults-file-create',
    'defaults-file-create-with-force',
    'no-load-defaults-file',
    'defaults-file',
    'expert',
    'json',
  ],
])
const valued: ReadonlySet<string> = new Set(['label', 'defaults-file'])

/** Everything wrong is added to `faults`. */
export function parseConfCall(argv: readonly string[], faults: string[]): ConfCall {
  const given = new Map<string, string>()
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? ''
    const [, name = '', , value] = /^--?([a-z][a-z-]+)(=([\s\S]*))?$/.exec(word) ?? []
    if (/^-[tDd]$/.test(word)) given.set(word[1] ?? '', argv[++at] ?? '')
    else if (/^-[tDd]./.test(word) && !word.startsWith('--') && !bare.has(name) && !valued.has(name))
      given.set(word[1] ?? '', word.slice(2))
    else if (word === '-C' || word === '-X' || word === '-V') given.set(word.slice(1), '')
    else if (name !== '' && value === undefined && bare.has(name)) given.set(name, '')
    else if (name !== '' && valued.has(name)) given.set(name, value ?? argv[++at] ?? '')
    else faults.push(unknown(word, name))
  }
  const has = (name: string) => given.has(name)
  const type = (given.get('t') ?? 'QEMU').toUpperCase()
  if (!['QEMU', 'KVM'].includes(type)) {
    faults.push(
      ['XEN', 'VMW', 'VBOX'].includes(type)
        ? `-t: machines of type ${type} are not made yet`
        : `-t: '${type}' is none of QEMU, KVM`,
    )
  }
  const label = given.get('label')
  const file = given.get('defaults-file')
  const files = !has('no-create-conf-data') && !has('no-write-conf-files')
  return {
    type,
    listVariables: has('levo') || has('list-env-var-options') || has('list-environment-variable-options'),
    image: !has('no-create-image'),
    files,
    saveKernel: has('save-para-kernel') && !has('no-save-para-kernel'),
    directory: given.get('D') ?? '.',
    isNew: has('C'),
    expert: has('expert'),
    ...(label !== undefined && {label}),
    ...((has('auto-all') || has('auto')) && {auto: has('auto-all') ? ('all' as const) : ('auto' as const)}),
    ...(has('no-load-defaults-file')
      ? {defaultsFile: false as const}
      : file !== undefined && file !== ''
        ? {defaultsFile: file}
        : {}),
    ...(has('defaults-file-create-with-force')
      ? {writeDefaults: 'force' as const}
      : has('defaults-file-create')
        ? {writeDefaults: 'new' as const}
        : {}),
  }
}

function unknown(word: string, name: string): string {
  const near = nearest(name, [...bare, ...valued])
  return `unknown option ${word}${near === undefined ? '' : ` (--${near}?)`}`
}

/** By the name of today. */
export function variableOf(name: string): ConfVariable | undefined {
  return confVariables.find((one) => one.name === name || one.aliases?.includes(name))
}

/** Lines `NAME=value` or `#@#NAME = "value"`; nothing of them is executed. */
export function parseDefaults(text: string, file: string, faults: string[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const [, name, raw = ''] = /^(?:#@#\s*)?([A-Z][A-Z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line) ?? []
    if (name === undefined) {
      if (line.trim() !== '' && !line.startsWith('#')) faults.push(`${file}:${index + 1}: is no NAME=value`)
      continue
    }
    const variable = variableOf(name)
    if (variable === undefined) faults.push(`${file}:${index + 1}: ${name} is no variable of createConfVM`)
    else values.set(variable.name, raw.replace(/^(["'])(.*)\1$/, '$2'))
  }
  return values
}
