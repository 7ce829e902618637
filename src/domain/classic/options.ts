/** The options of one letter, in the order of their letters. What they do here is read in src/parse/classic. */
import type {ClassicOption} from './word.js'

type Keywords = NonNullable<ClassicOption['keywords']>

const onOff: Keywords = [
  [
    ['OFF', '0'],
    ['ON', '1'],
  ],
]

const option = (
  letter: string,
  name: string,
  about: string,
  here: string,
  more: Partial<Pick<ClassicOption, 'value' | 'keywords' | 'context'>> = {},
): ClassicOption => ({letter, name, about, here, context: true, ...more})

/** Stands in front of the targets only. */
const once = {context: false}

export const classicOptions: readonly ClassicOption[] = [
  option('a', 'action', 'what to do', 'used', {value: 'ACTION[=SUBOPTIONS]'}),
  option(
    'A',
    'ambiguous',
    'allow ambiguous labels and hosts named twice',
    'nothing ambiguous is ever started or stopped',
    {
      value: '0|off|1|on',
      keywords: onOff,
    },
  ),
  option('b', 'background', 'order of the work', 'seq, stack: one host after the other; the call always waits', {
    value: 'MODE[,MODE]',
    keywords: [
      [['STACK']],
      [
        ['SYNC', 'OFF', '0'],
        ['ASYNC', 'ON', '1'],
      ],
      [
        ['SEQUENTIAL', 'SEQ', '2'],
        ['PARALLEL', 'PAR', '3'],
      ],
    ],
  }),
  option('c', 'use-inventory', 'use of the inventory', 'used; REMOTE is refused: only this machine has an inventory', {
    value: 'OFF|[ON][,BOTH|LOCAL][,ONLY]',
    keywords: [[['OFF'], ['ON']], [['BOTH'], ['LOCAL'], ['REMOTE']], [['ONLY']]],
  }),
  option('C', 'result-cache', 'use of the result cache', 'there is none; RAW, FIN and FOUT are refused', {
    value: 'OFF|ON[,...]',
    keywords: [
      [['OFF'], ['ON']],
      [['KEEP'], ['KEEPALL']],
      [['ONLY']],
      [['AUTO']],
      [['RAW']],
      [['LIFETIME:']],
      [['FIN:']],
      [['FOUT:']],
    ],
  }),
  option('d', 'debug', 'debugging', 'PRINTFINAL (pf) shows the final call of the start script; the rest is accepted', {
    value: 'BITS[,...]',
    keywords: [
      [['#']],
      [['PATTERN', 'P'], ['MIN'], ['MAX']],
      [['SUBSYSTEM:', 'S:']],
      [['WARNING:', 'W:']],
      [['INFO:', 'I:']],
      [['FILELIST:', 'F:']],
      [['EXCLUDE'], ['INCLUDE']],
      [
        ['PRINTFINAL', 'PFIN', 'PF'],
        ['PRINTFINAL:', 'PFIN:', 'PF:'],
      ],
    ],
  }),
  option('D', 'display', 'local X display', 'used where a window opens; labels are refused there', {
    value: 'DISPLAY|LABEL',
  }),
  option('f', 'ignore-warnings', 'ignore minor warnings', 'accepted'),
  option('F', 'accept-version', 'accept another version on the host', 'accepted: hosts need no ctys', {
    value: 'VERSION',
  }),
  option('g', 'geometry', 'place and size of windows', 'used where a window opens; screens by name are refused there', {
    value: 'GEOMETRY',
  }),
  option('h', 'help', 'help', 'used', once),
  option('H', 'help-on', 'help', 'used', {value: '[ACTION]', ...once}),
  option('j', 'job', 'job id', 'accepted', {value: 'JOB', ...once}),
  option('l', 'login', 'user on hosts named without one, or several, each of whom asks them', 'used', {
    value: 'USER[,USER...]',
  }),
  option(
    'L',
    'location',
    'where clients and servers run',
    'clients run here; SO starts none, CO stands with CONNECT, LO on this machine',
    {
      value: 'LOCATION',
      keywords: [
        [
          ['DISPLAYFORWARDING', 'DF'],
          ['SERVERONLY', 'SO'],
          ['CONNECTIONFORWARDING', 'CF'],
          ['CLIENTONLY', 'CO'],
          ['LOCALONLY', 'LO'],
          ['DISPLAYREDIRECTION', 'DR'],
        ],
      ],
    },
  ),
  option('M', 'message', 'text in front of the answer', 'used', {value: 'TEXT', ...once}),
  option('n', 'dry-run', 'show the plan, connect to nothing', 'used', once),
  option('p', 'inventory', 'directories of the inventory', 'used', {value: 'DIR[,DIR...]', ...once}),
  option('P', 'default-inventory', 'the default directory of the inventory', 'used', once),
  option('r', 'resolution', 'resolution of a desktop', 'refused: desktops are not there yet', {value: 'XxY'}),
  option('s', 'scope', 'whose sessions are listed', 'USRLST=, GRPLST= and ALL; USER and GROUP are refused', {
    value: 'USER|GROUP|USRLST=(U,...)|GRPLST=(G,...)|ALL',
  }),
  option('S', 'signals', 'signals to ignore', 'of the console CLI0', {value: '[ON|OFF][,SIGNALS]'}),
  option('t', 'type', 'session type', 'used', {value: 'TYPE'}),
  option('T', 'types', 'session types', 'used', {value: 'TYPE[,TYPE...]|ALL'}),
  option('v', 'verbose-talk', 'alone: the version; else: say what is being done', 'used', once),
  option('V', 'verbose-more', 'as -v', 'used', once),
  option('w', 'more-warnings', 'further warnings', 'accepted: all are shown'),
  option('W', 'workspace', 'workspace of windows', 'refused where a window would open', {value: 'WORKSPACE'}),
  option('x', 'resolver', 'who resolves nested access', 'accepted: there is none yet', {
    value: 'OFF|STAR|CHAIN',
    keywords: [[['OFF'], ['STAR'], ['CHAIN']]],
  }),
  option('X', 'terse', 'records, `;` between their fields', 'used', once),
  option('y', 'color', 'coloured output', 'accepted', once),
  option('Y', 'forward-agent', 'forward the ssh agent', 'accepted: nothing on a host needs it'),
  option('z', 'terminals', 'pseudo-terminals', 'accepted: there are none', {
    value: 'NOPTY|PTY[,PTY]|0|1|2',
    keywords: [[['NOPTY', '0'], ['PTY', '1'], ['2']], [['PTY']]],
  }),
  option(
    'Z',
    'become',
    'ways to become root',
    'nothing to do for root and for what only reads; else only NOKSU and NOSUDO',
    {
      value: 'KSU,NOKSU,SUDO,NOSUDO,ALL',
      keywords: [[['KSU'], ['NOKSU']], [['SUDO'], ['NOSUDO']], [['ALL']]],
    },
  ),
]

/** Options that belong to other programs of the original. */
export const optionsElsewhere: Readonly<Record<string, string>> = {
  E: 'ctys-plugins, ctys-macros and the extract programs',
  k: 'ctys-genmconf',
  q: 'the extract programs',
  o: 'ctys-vhost',
  i: 'ctys-vhost',
  I: 'ctys-vhost',
  R: 'ctys-vhost and ctys-beamer',
}
