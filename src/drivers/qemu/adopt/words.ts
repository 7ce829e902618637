/** The words of a call of QEMU that a machine keeps when ctys starts it (qemu(1)). Pure. */
import {parseValues} from '../process/command-line-options.js'
import {flags, valued} from '../process/option-table.js'

export interface KeptWords {
  readonly words: readonly string[]
  /** It has a first serial line, which ctys connects. */
  readonly serial: boolean
  readonly refusals: readonly string[]
}

/** What ctys gives itself: name and UUID, monitor, screen, first serial line, and how the process lives. */
const ownOptions = new Set(
  (
    'name uuid daemonize pidfile monitor qmp qmp-pretty mon nographic curses sdl display vnc full-screen no-frame ' +
    'no-quit alt-grab ctrl-grab show-cursor incoming S loadvm'
  ).split(' '),
)

interface Option {
  readonly name: string
  /** As they stand in the call. */
  readonly words: readonly string[]
  readonly value: string
}

export function keptWords(argv: readonly string[]): KeptWords {
  const options = optionsOf(argv.slice(1))
  const isOwn = ({name}: Option) => ownOptions.has(name)
  const [serial, ...serials] = options.filter(({name}) => name === 'serial')
  const kept = options.filter((option) => !isOwn(option) && option !== serial)
  const orphans = channelsOf(options.filter((option) => isOwn(option) || option === serial))
  const used = channelsOf(kept.filter(({name}) => name !== 'chardev'))
  const isOrphan = ({name, value}: Option) => {
    const id = name === 'chardev' ? parseValues(value, 'backend').get('id') : undefined
    return id !== undefined && orphans.has(id) && !used.has(id)
  }
  const words = kept.filter((option) => !isOrphan(option)).flatMap((option) => option.words)
  const isBare = options.some(({name}) => name === 'nodefaults')
  const hasSerial = serial === undefined ? !isBare : serial.value !== 'none'
  return {words, serial: hasSerial || serials.length > 0, refusals: refusalsOf(words)}
}

/** As splitOptions of the process table reads them, with the words themselves. */
function optionsOf(words: readonly string[]): readonly Option[] {
  const options: Option[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? ''
    const next = words[i + 1]
    const name = word.replace(/^--?/, '')
    if (!word.startsWith('-')) options.push({name: '', words: [word], value: word})
    else if (next === undefined || flags.has(name) || (!valued.has(name) && next.startsWith('-')))
      options.push({name, words: [word], value: ''})
    else {
      options.push({name, words: [word, next], value: next})
      i++
    }
  }
  return options
}

/** Names of the character devices that these options take. */
function channelsOf(options: readonly Option[]): ReadonlySet<string> {
  const names = options.flatMap(({value}) => [
    ...(/^chardev:(.+)$/.exec(value)?.slice(1) ?? []),
    ...(value.includes('chardev') ? [parseValues(value, 'chardev').get('chardev') ?? ''] : []),
  ])
  return new Set(names.filter((name) => name !== ''))
}

function refusalsOf(words: readonly string[]): readonly string[] {
  const text = words.join('\n')
  const descriptor = /(?:^|[,="\n])(?:vhost)?fds?"?[=:]"?\d|\/dev\/fdset\/|^-add-fd$/m.test(text)
  return [
    ...(descriptor ? ['it was given open descriptors, which nobody can give it again'] : []),
    ...(/\/libvirt\/qemu\/domain-\d/.test(text) ? ['it needs files that libvirt makes for each start'] : []),
    ...(words.some((word) => /[\n\r\u{fffd}\0]/u.test(word))
      ? ['a word of its call has a line end, or is not UTF-8']
      : []),
    ...(words.length > 900 ? ['its call has more than 900 words'] : []),
  ]
}
