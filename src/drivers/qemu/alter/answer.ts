/** What the scripts of changes say, as the answer of ALTER. */
import type {AlterData, Change} from '../../../domain/work/alter.js'
import type {EnumeratedMachine} from '../../../domain/work/answers.js'

export interface Said {
  readonly lines: readonly string[]
  /** The last line of each first word. */
  readonly says: ReadonlyMap<string, string>
}

export function toData({id, label}: EnumeratedMachine, asked: Change, {lines, says}: Said): AlterData {
  const all = (word: string) =>
    lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []))
  const {what} = asked
  const size = Number(all('size')[0])
  const isRemoval = what === 'files' || what === 'remove'
  const [before, after] = (all('used')[0] ?? '').split(' ').map((kib) => Number(kib) * 1024)
  return {
    kind: 'alter',
    what,
    label,
    id,
    files: isRemoval ? all('file') : all('image'),
    kept: what === 'clone' ? [] : all('kept'),
    ...(what === 'resize' && size > 0 && {size}),
    ...(what === 'compress' && before !== undefined && after !== undefined && {used: {before, after}}),
    ...(asked.what === 'clone' && cloneOf(asked.label, label, {lines, says}, asked.how)),
    ...(what === 'snapshot' && {
      snapshots: all('snapshot').map((line) => {
        const [name = '', ...date] = line.split(' ')
        return {name, date: date.join(' ')}
      }),
    }),
  }
}

/** What a clone has of the old machine still is said. */
function cloneOf(label: string, from: string, {lines, says}: Said, how: 'linked' | 'full') {
  const isThere = says.has('there')
  const seed: 'new' | 'copied' | 'none' =
    (['new', 'copied'] as const).find((word) => says.get('seed') === word) ?? 'none'
  const kept = lines.flatMap((line) => (line.startsWith('kept ') ? [`${line.slice(5)} is not copied`] : []))
  const inside =
    seed === 'none'
      ? [
          `inside it has the name, SSH host keys and machine-id of ${from}: it has no seed (--ssh-key or --user-data gives it one)`,
        ]
      : [
          'cloud-init in the guest gives it name, SSH host keys and machine-id of its own; what else it holds is as it was',
        ]
  const template =
    how === 'linked' ? [`${from} is a template now (VMSTATE): it is not started, and must stay as it is`] : []
  return {
    clone: {label, state: isThere ? ('there' as const) : ('made' as const), seed},
    notes: isThere ? [] : [...inside, ...template, ...kept],
  }
}
