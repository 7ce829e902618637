/** `ctys new` without a name on a terminal: asks what is to be made, and explains and checks each answer. */
import {UsageError} from '../../domain/errors.js'
import type {CommandContext} from '../../domain/ports/ports.js'
import type {NewInput, NewWord} from '../../parse/make/new-words.js'
import {parseNew} from '../../parse/make/parse-new.js'
import {parseTargets} from '../../parse/target/parse-target.js'
import {expandTargets} from '../targets/expand-targets.js'
import {readSeed} from './read-seed.js'

interface Question {
  readonly word: NewWord
  readonly question: string
  readonly explain: string
  /** What an empty answer means, for people. */
  readonly usual?: string
  readonly isList?: true
  /** Is asked only then. */
  when?(input: NewInput): boolean
}

const questions: readonly Question[] = [
  {
    word: 'name',
    question: 'name',
    explain: 'of the machine; web[01-20] makes twenty. It becomes the host name of the guest.',
  },
  {
    ...{word: 'hosts', question: 'hosts', isList: true, usual: 'this machine'},
    explain: '[user@]host or @group, a blank between them; several get the machines in turn.',
  },
  {
    ...{word: 'image', question: 'image', usual: 'none, an empty disk'},
    explain: 'what to make it of: a name of ctys images, ./FILE here, /PATH of the host, or an address.',
  },
  {
    ...{word: 'sha256', question: 'SHA-256 of it'},
    explain: 'what is fetched is checked; its makers publish it beside the file.',
    when: ({image = ''}) => /^https?:/i.test(image),
  },
  {
    ...{word: 'cdrom', question: 'CD to install from', usual: 'none'},
    explain: 'a path of the host; then: ctys -t qemu -a create=l:NAME,instmode HOST.',
    when: ({image}) => image === undefined,
  },
  {
    word: 'size',
    question: 'size of the disk',
    usual: 'that of the image, or 8G',
    explain: 'such as 20G; it may grow later.',
  },
  {word: 'memory', question: 'memory', usual: '1G', explain: 'such as 2G.'},
  {word: 'cpus', question: 'CPUs', usual: '1', explain: 'virtual ones.'},
  {word: 'net', question: 'network', usual: 'user', explain: 'user (out only), bridge:NAME, tap:NAME, vde, or none.'},
  {
    ...{word: 'ssh-key', question: 'public key', isList: true, usual: 'none'},
    explain: 'a file here, such as ~/.ssh/id_ed25519.pub, whose key may log in (cloud-init in the image).',
    when: ({image}) => image !== undefined,
  },
]

/** What was given already is not asked. Throws UsageError where the person ends the questions. */
export async function askNew(
  given: NewInput,
  context: CommandContext,
  askText: NonNullable<CommandContext['askText']>,
): Promise<NewInput> {
  let input = given
  for (const {word, question, explain, usual, isList, when} of questions) {
    if (isGiven(input[word]) || when?.(input) === false) continue
    for (let fault = ''; ; ) {
      const shown = usual === undefined ? question : `${question} [${usual}]`
      const answer = await askText(`${fault === '' ? explain : fault}\n${shown}`)
      if (answer === undefined) throw new UsageError(['the questions were ended; nothing was made'])
      const text = answer.trim()
      const value = text === '' ? undefined : isList ? text.split(/\s+/) : word === 'cpus' ? Number(text) : text
      const next = {...input, [word]: value}
      fault =
        text === '' && usual === undefined ? `${question} is needed.` : ((await faultOf(next, word, context)) ?? '')
      if (fault !== '') continue
      input = next
      break
    }
  }
  return input
}

function isGiven(value: NewInput[NewWord]): boolean {
  return value !== undefined && !(Array.isArray(value) && value.length === 0)
}

/** The first thing wrong with that word. */
async function faultOf(input: NewInput, asked: NewWord, context: CommandContext): Promise<string | undefined> {
  const faults: string[] = []
  const add = (word: NewWord, reason: string) => {
    if (word === asked) faults.push(reason)
  }
  parseNew(
    asked === 'image' ? {...input, sha256: undefined, image: input.image?.replace(/^https?:/i, './')} : input,
    add,
  )
  if (asked === 'ssh-key') await readSeed(input, add)
  if (asked === 'hosts') {
    const wrong: string[] = []
    parseTargets(await expandTargets(input.hosts ?? [], context, wrong), undefined, wrong)
    faults.push(...wrong)
  }
  return faults[0]
}
