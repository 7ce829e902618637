/** Who does a step: the account itself, root, or the user of the network, and what is put in front of the command. */
import {PreconditionError} from '../../../domain/errors.js'
import type {Become} from '../../../domain/work/net.js'
import {pastableCall} from '../../../lib/shell-quote.js'
import type {NetFacts} from './facts.js'
import type {Step} from './steps.js'

export interface Privilege {
  /** The whole command of a step. */
  argvOf(step: Step): readonly string[]
  /** The command as people may read it: without the text of scripts. */
  shownOf(step: Step): readonly string[]
  /** It is done by another than the account. */
  isPrivileged(step: Step): boolean
  /** Who does it. */
  whoDoes(step: Step): string
}

interface Wanted {
  readonly become: readonly Become[]
  /** The user runs with this group, which it may not be a member of. */
  readonly group?: string | undefined
}

/** Throws PreconditionError NO_PRIVILEGE where one of the steps needs what is not permitted or not there. */
export function privilegeFor(
  steps: readonly Step[],
  facts: NetFacts,
  {become, group}: Wanted,
  host: string,
): Privilege {
  const {me, owner, tools} = facts
  const tool = become.find((one) => tools.has(one))
  const isRoot = me.uid === 0
  const user = owner?.user ?? me.user
  const joins = group !== undefined && owner !== undefined && !owner.groups.includes(group)
  const isOther = owner !== undefined && (owner.uid !== me.uid || (joins && !isRoot))
  const isPrivileged = ({as}: Step) => (as === 'root' ? !isRoot : isOther)
  const front = (step: Step): readonly string[] => {
    if (step.as === 'root') return isRoot || tool === undefined ? [] : [tools.get(tool) ?? tool, '-n']
    if (owner?.uid === me.uid && !(joins && isRoot)) return []
    if (!isRoot)
      return tool === undefined
        ? []
        : [tools.get(tool) ?? tool, '-n', '-u', user, ...(joins && tool === 'sudo' ? ['-g', group] : [])]
    if (tools.has('runuser') && tools.get('runuser')?.startsWith('/')) {
      return [tools.get('runuser') ?? 'runuser', '-u', user, ...(joins ? ['-g', group] : []), '--']
    }
    return [tools.get('su') ?? 'su', '-s', '/bin/sh', '-c', 'exec "$@"', '--', user, 'sh']
  }
  const needed = steps.filter(isPrivileged)
  const canJoin = !joins || (isRoot ? tools.has('runuser') : tool === 'sudo')
  if ((needed.length > 0 && tool === undefined && !isRoot) || !canJoin) {
    throw refusal({steps: needed, facts, become, joins: canJoin ? undefined : group}, host)
  }
  const shown = ({argv, script}: Step) => (script === undefined ? argv : ['sh', '-c', '...', script.name, ...argv])
  return {
    isPrivileged,
    argvOf: (step) => [
      ...front(step),
      ...(step.script === undefined ? step.argv : ['sh', '-c', step.script.text, step.script.name, ...step.argv]),
    ],
    shownOf: (step) => [...front(step), ...shown(step)],
    whoDoes: ({as}) => (as === 'root' ? 'root' : user),
  }
}

interface Lacking {
  readonly steps: readonly Step[]
  readonly facts: NetFacts
  readonly become: readonly Become[]
  readonly joins: string | undefined
}

function refusal({steps, facts, become, joins}: Lacking, host: string): PreconditionError {
  const {me, owner} = facts
  if (joins !== undefined) {
    return new PreconditionError(
      'NO_PRIVILEGE',
      `${host}: ${owner?.user ?? me.user} is no member of the group ${joins}`,
      {
        hint: `usermod -aG ${joins} ${owner?.user ?? me.user}, or connect as root`,
      },
    )
  }
  const who = steps.some(({as}) => as === 'root') ? 'root' : (owner?.user ?? 'root')
  const why =
    become.length === 0
      ? `${me.user} is not ${who}`
      : `${me.user} is not ${who}, and there is no ${become.join(' or ')}`
  const commands = steps.map(({argv, script}) =>
    script === undefined ? pastableCall(argv) : `as ${owner?.user}: ${script.name}`,
  )
  return new PreconditionError('NO_PRIVILEGE', `${host}: ${why}: ${steps.length} of the commands need it`, {
    hint:
      become.length === 0
        ? 'connect as root, or permit sudo or doas: -Z SUDO, --sudo; a switch alone needs none: --extent switch'
        : 'connect as root; a switch alone needs none: --extent switch',
    details: commands,
  })
}
