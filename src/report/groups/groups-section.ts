/** Groups and their members as text, in the forms of ctys-groups; `count` and `words` are ours. */
import type {ListedGroup, ListedMember, ShownGroups} from '../../domain/work/listed-group.js'
import {here} from '../../lib/command-on.js'
import {escapeControls} from '../../lib/escape-controls.js'
import type {ReportStyle} from '../shared/style.js'
import {formatTable} from '../shared/table.js'

export function groupsSection(
  groups: readonly ListedGroup[],
  shown: ShownGroups,
  style: Pick<ReportStyle, 'width' | 'format'>,
): string {
  const members = groups.flatMap((group) => group.members.map((member) => ({...member, group: group.name})))
  const words = members.map(({word}) => word)
  switch (shown) {
    case 'count':
      return countTable(groups, style)
    case 'words':
      return lines(words)
    case '1':
      return lines(groups.map(({name, members: own}) => [`${name}:`, ...own.map(({word}) => word)].join(' ')))
    case '2':
    case '3': {
      const columns = [{title: 'GROUP'}, {title: 'MEMBER'}, ...(shown === '3' ? [{title: 'LINE'}] : [])]
      const rows = members.map(({group, word, file, line}) => ({cells: [group, word, `${file}:${line}`]}))
      return formatTable(columns, rows, style.width)
    }
    case '4':
      return lines([words.join(' ')])
    case '5':
      return lines(words.map((word) => here`ctys -a list ${word}`))
    case '6':
    case '6u':
      return lines(unique(members.map(accountOf), shown))
    case '7':
    case '7u':
      return lines([unique(members.map(accountOf), shown).join(' ')])
    case '8':
    case '8u':
      return lines(
        unique(
          members.map(({target}) => target.host),
          shown,
        ),
      )
  }
}

function countTable(groups: readonly ListedGroup[], {width, format}: Pick<ReportStyle, 'width' | 'format'>): string {
  const rows = groups.map(({name, file, members}) => [name, String(members.length), file])
  if (format === 'terse') return lines(rows.map((row) => row.join(';')))
  const columns = [{title: 'GROUP'}, {title: 'MEMBERS'}, {title: 'FILE', cut: 'start' as const}]
  return formatTable(
    columns,
    rows.map((cells) => ({cells})),
    width,
  )
}

function accountOf({target: {user, host}}: ListedMember): string {
  return user === undefined ? host : `${user}@${host}`
}

function unique(words: readonly string[], shown: string): readonly string[] {
  return shown.endsWith('u') ? [...new Set(words)] : words
}

function lines(texts: readonly string[]): string {
  return texts
    .filter((text) => text !== '')
    .map((text) => `${escapeControls(text)}\n`)
    .join('')
}
