import {chmodSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'

export interface ScanHost {
  readonly name: string
  readonly shell: readonly [string, ...string[]]
  /** Puts the host's tools into a directory that comes first in PATH. */
  readonly set: (tools: string) => void
  /** Without stat(1) it gives no inodes and no device numbers. */
  readonly stat?: false
}

/** Puts a script into the directory, whatever is there already: a link leads to a program of this machine. */
export function writeTool(tools: string, name: string, text: string): void {
  const path = join(tools, name)
  rmSync(path, {force: true})
  writeFileSync(path, `#!/usr/bin/dash\n${text}\n`)
  chmodSync(path, 0o755)
}

const shIs = (shell: string) => (tools: string) => symlinkSync(`/usr/bin/${shell}`, join(tools, 'sh'))

/** The stat of the BSDs: another option, other letters. */
export const bsdStat = `link=
if [ "$1" = -L ]; then link=-L; shift; fi
[ "$1" = -f ] || { echo "stat: illegal option -- c" >&2; exit 1; }
format=$(printf %s "$2" | sed 's/%z/%s/; s/%m/%Y/; s/%c/%Z/; s/%N/%n/')
shift 2
exec /usr/bin/stat $link -c "$format" "$@"`

/** Hosts whose tools differ: each is a shell with the find, awk, sh and stat that come with it. */
export const scanHosts: readonly ScanHost[] = [
  {name: 'dash, GNU', shell: ['dash'], set: shIs('dash')},
  {name: 'bash --posix, GNU', shell: ['bash', '--posix'], set: shIs('bash')},
  {name: 'mksh, GNU', shell: ['mksh'], set: shIs('mksh')},
  {
    name: 'busybox alone',
    shell: ['busybox', 'sh'],
    set: (tools) => {
      for (const name of ['find', 'awk', 'sh', 'stat', 'sed']) symlinkSync('/usr/bin/busybox', join(tools, name))
    },
  },
  {name: 'mksh with the stat of the BSDs', shell: ['mksh'], set: (tools) => writeTool(tools, 'stat', bsdStat)},
  {name: 'dash without stat', shell: ['dash'], set: (tools) => writeTool(tools, 'stat', 'exit 1'), stat: false},
]
