/** The lab of the original's user stories: its groups and macros, and calls as a shell hands them over. */
import {expandMacros} from '../../src/app/macros/expand-macros.js'
import {runClassic} from '../../src/app/run/run-classic.js'
import {CtysError} from '../../src/domain/errors.js'
import type {CommandContext, GroupMember} from '../../src/domain/ports/ports.js'
import {formatTarget} from '../../src/domain/target.js'
import type {Task} from '../../src/domain/work/plan.js'
import {registry} from '../../src/drivers/registry.js'
import {classicCall} from './classic-call.js'
import {createHostsWorld} from './hosts-world.js'

const variables: Readonly<Record<string, string>> = {HOME: '/home/u', PWD: '/home/u/vm', VMDIRPATH: '/vm'}

/** Words as sh(1) makes them of a line: apostrophes, backslashes and the variables above. */
export function shellWords(line: string): readonly string[] {
  const parts = line.match(/(?:'[^']*'|\\.|[^\s'\\])+/gs) ?? []
  return parts.map((part) =>
    part.replace(
      /'([^']*)'|\\(.)|\$([A-Z]+)/gs,
      (_, quoted, escaped, name) => quoted ?? escaped ?? variables[name] ?? '',
    ),
  )
}

const member = (word: string, options?: string): GroupMember => ({
  word,
  ...(options !== undefined && {options}),
  file: 'groups',
  line: 1,
})

const groups: Readonly<Record<string, readonly GroupMember[]>> = {
  group1: [member('g1a'), member('g1b')],
  group2: [member('g2a')],
  'netscan/ctys-all': [member('root@app1'), member('app2')],
  'desktops/tst/ctys-lab': [
    member('root@lab02', '-a create=l:LAB02,reuse -c local -g 1268x992:A11:ALL -b 1,2'),
    member('root@lab03', '-a create=l:LAB03,reuse -c local -g 1268x992:A20:ALL'),
  ],
}

const macros = new Map([
  ['TAB_CPORT', 'tab_gen:3_label_10%%9_cport_5'],
  ['listconnpid', '-a list=tab_gen:3_label_10%%11_pid_6'],
  [
    'completeQEMUExample',
    "VMSTACK'{ root@tst104( -t cli -Z ksu -a create=l:tstVDE,cmd:ctys-setupVDE%-f%-u%acue%create ) tst104( -t qemu -Z ksu -a create=l:tst127,reuse,console:none,user:wol1 -c local ) }'",
  ],
])

const context: CommandContext = {
  ...createHostsWorld([], {}).context,
  registry,
  groups: {
    location: 'groups',
    names: async () => Object.keys(groups),
    load: async (name) => {
      const members = groups[name]
      return members && {name, file: 'groups', members, faults: []}
    },
  },
}

export interface Planned {
  readonly tasks: readonly Task[]
  /** `CODE: message` of each thing that was refused. */
  readonly refused: readonly string[]
}

/** What a classic call would do, or why it does not; nobody is contacted. */
export async function planCall(words: readonly string[]): Promise<Planned> {
  const faults: string[] = []
  const source = {location: 'macros', load: async () => ({file: 'default', macros, faults: []})}
  const isValue = (_: string, before = '') => before === '-a'
  const expanded = await expandMacros({words, isValue}, source, faults)
  try {
    const result = await runClassic(classicCall('-n', ...expanded), context)
    return {
      tasks: result.plan.tasks,
      refused: result.plan.refused.flatMap((one) =>
        'error' in one ? [`${one.error.code}: ${one.error.message}`] : [],
      ),
    }
  } catch (error) {
    if (!(error instanceof CtysError)) throw error
    return {tasks: [], refused: [error.message, ...(error.details ?? [])].map((text) => `${error.code}: ${text}`)}
  }
}

export function taskText({id, target, type, verb, ask, after}: Task): string {
  const order = after === undefined ? '' : ` after ${after.tasks.join(' ')}`
  return `${id} ${formatTarget(target)} ${type} ${verb}${order} ${JSON.stringify(ask)}`
}
