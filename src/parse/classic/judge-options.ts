/**
 * The options of old calls on one target: what means something here becomes a setting, what changes no result is let
 * through, and the rest is refused by name.
 */
import type {CallOptions} from '../../domain/classic/call.js'
import type {ShownOnly} from '../../domain/inventory/record-output.js'
import type {ClientAsk} from '../../domain/work/asks.js'
import type {Request} from '../../domain/work/request.js'
import {parseSignalList} from '../../lib/signal-list.js'

interface JudgedOptions {
  /** -d PRINTFINAL: the final call of a start is shown. */
  readonly showCall: boolean
  readonly inventoryUse: Request['inventoryUse']
  /** No client is started, whatever the console. */
  readonly serverOnly: boolean
  /** Of a client that opens one. */
  readonly window: Pick<ClientAsk, 'geometry' | 'display' | 'ignoredSignals'>
  /** Of LIST: only the sessions of these users, or groups of users. */
  readonly owners?: NonNullable<ShownOnly['owners']>
}

/** What of a target decides whether an option means anything there. */
export interface TargetFacts {
  /** The account is root: it need not become it. */
  readonly isRoot: boolean
  /** This machine. */
  readonly isHere: boolean
}

interface Judging {
  readonly faults: string[]
  readonly lacks: string[]
}

/** With everything a target inherits. What is wrong is added to `faults`, what is not there yet to `lacks`. */
export function judgeOptions(
  {letters, action}: CallOptions,
  {isRoot, isHere}: TargetFacts,
  {faults, lacks}: Judging,
): JudgedOptions {
  const {name = 'LIST', words = []} = action ?? {}
  const has = (letter: string, word: string) => (letters[letter] ?? '').split(/[,:]/).includes(word)
  const console = words.find((word) => word.name === 'CONSOLE')?.value?.toUpperCase()
  // without a console it is only started
  const opensWindow = name === 'CREATE' && console !== undefined && !['NONE', 'CLI', 'CLI0'].includes(console)
  const signals = letters.S === undefined ? 'usual' : parseSignalList(letters.S)
  const ignores = name === 'CREATE' && console === 'CLI0' && Array.isArray(signals)
  const window = {
    ...(opensWindow ? judgeWindow(letters, {faults, lacks}) : {}),
    ...(ignores && {ignoredSignals: signals}),
  }
  const startsClient = name === 'CREATE' && console !== undefined && console !== 'NONE'
  const serverOnly = ['SERVERONLY'].includes(letters.L ?? '')
  const startsOnlyClient = words.some((word) => word.name === 'CONNECT')
  if (startsClient && letters.L === 'CLIENTONLY' && !startsOnlyClient) {
    lacks.push('-L CLIENTONLY: what is not running would be started; connect in place of it does not')
  }
  if (startsClient && letters.L === 'LOCALONLY' && !isHere) {
    lacks.push('-L LOCALONLY: clients run here and machines on their hosts; -L SO starts the machine alone')
  }
  if (name === 'CREATE' && letters.r !== undefined) lacks.push(`-r ${letters.r}: desktops are not there yet`)
  if (['CREATE', 'CANCEL'].includes(name) && !isRoot) {
    for (const way of ['KSU', 'SUDO', 'ALL']) {
      if (has('Z', way)) lacks.push(`-Z ${way}: ctys does not become root yet; name a user who may, as in root@HOST`)
    }
  }
  for (const word of ['RAW', 'FIN', 'FOUT']) {
    if (has('C', word)) lacks.push(`-C ${word.toLowerCase()}: there is no result cache yet`)
  }
  if (signals === undefined) {
    faults.push(`-S: '${letters.S}' is not [ON|OFF][,SIGNALS], signals as numbers`)
  }
  const owners = judgeScope(letters.s, {name, lacks, faults, all: words.some((word) => word.name === 'ALL')})
  return {
    inventoryUse: judgeInventoryUse({words, letters}, {faults, lacks}),
    showCall: has('d', 'PRINTFINAL'),
    serverOnly,
    window,
    ...(owners !== undefined && {owners}),
  }
}

/** -g, -D and -W. */
function judgeWindow(
  {g: geometry, D: display, W: workspace}: CallOptions['letters'],
  {lacks, faults}: Judging,
): JudgedOptions['window'] {
  if (workspace !== undefined) lacks.push(`-W ${workspace}: workspaces are not there yet`)
  const [size = '', screen] = geometry?.split(/:(.*)/s) ?? []
  if (screen !== undefined && screen !== '')
    lacks.push(`-g ${geometry}: screens by name are not there yet; -D names a display`)
  else if (size !== '' && !/^(?:\d{1,5}x\d{1,5})?(?:[+-]\d{1,5}[+-]\d{1,5})?$/.test(size)) {
    faults.push(`-g: '${geometry}' is no geometry of X, such as 80x24+10+10`)
  }
  if (display !== undefined && !/^[\w.-]*:\d+(?:\.\d+)?$/.test(display)) {
    lacks.push(`-D ${display}: displays by label are not there yet; name one, such as :0`)
  }
  return {...(size !== '' && {geometry: size}), ...(display !== undefined && {display})}
}

function judgeInventoryUse(
  {
    words,
    letters,
  }: {readonly words: NonNullable<CallOptions['action']>['words']; readonly letters: CallOptions['letters']},
  {faults, lacks}: Judging,
): Request['inventoryUse'] {
  const said = (letters.c ?? '').split(',')
  if (said.includes('REMOTE')) lacks.push('-c: REMOTE is not supported: only this machine has an inventory')
  if (said.includes('OFF') && said.length > 1) faults.push(`-c: off stands alone, got '${letters.c}'`)
  // the words of an action are behind the options, and the last one wins
  if (words.some(({name}) => name === 'NOCACHE')) return 'off'
  if (words.some(({name}) => name === 'NOPOLL')) return 'only'
  if (said.includes('OFF')) return 'off'
  return said.includes('ONLY') ? 'only' : 'on'
}

interface ScopeJudging extends Judging {
  readonly name: string
  /** CANCEL of everything. */
  readonly all: boolean
}

function judgeScope(text: string | undefined, {name, all, faults, lacks}: ScopeJudging): JudgedOptions['owners'] {
  if (text === undefined) return undefined
  const [, key = '', list = ''] = /^(USER|GROUP|ALL|USRLST|GRPLST)(?:=\(?([^()]*)\)?)?$/i.exec(text) ?? []
  const word = key.toUpperCase()
  const names = list.split(',').filter((one) => one !== '')
  const isList = word === 'USRLST' || word === 'GRPLST'
  if (word === '' || isList !== names.length > 0) {
    faults.push(`-s: '${text}' is none of USER, GROUP, USRLST=(U,...), GRPLST=(G,...), ALL`)
    return undefined
  }
  const everybody = word === 'ALL' || names.some((one) => one.toLowerCase() === 'all')
  if (everybody || !(name === 'LIST' || (name === 'CANCEL' && all))) return undefined
  if (name === 'LIST' && isList) return {by: word === 'USRLST' ? 'uid' : 'gid', names}
  const instead = name === 'LIST' ? '; USRLST=(NAME) does the same' : ''
  lacks.push(`-s ${word.toLowerCase()}: ${name.toLowerCase()} does not go by owner yet${instead}`)
  return undefined
}
