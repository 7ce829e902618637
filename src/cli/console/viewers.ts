/** Programs that show a VNC screen, in the order in which they are looked for, and how each is told where. */
import {isInstalled} from '../../lib/is-installed.js'

/** Where ctys listens for the viewer. */
interface Listening {
  /** A Unix socket that only this user can reach. */
  readonly unix: string
  /** A port of 127.0.0.1, for viewers that take no socket. */
  readonly port: number
}

interface Viewer {
  readonly name: string
  readonly takes: 'unix' | 'port'
  readonly argv: (at: Listening) => readonly string[]
}

const viewers: readonly Viewer[] = [
  // TigerVNC: a path is a Unix socket (vncviewer(1))
  {name: 'vncviewer', takes: 'unix', argv: ({unix}) => [unix]},
  {name: 'xtigervncviewer', takes: 'unix', argv: ({unix}) => [unix]},
  {name: 'remote-viewer', takes: 'port', argv: ({port}) => [`vnc://127.0.0.1:${port}`]},
  {name: 'gvncviewer', takes: 'port', argv: ({port}) => [`127.0.0.1::${port}`]},
  {name: 'vinagre', takes: 'port', argv: ({port}) => [`vnc://127.0.0.1:${port}`]},
]

/** The viewer that was asked for, or the first one that is installed; {socket} and {port} in its words stand for where. */
export function findViewer(wanted: string | undefined): Viewer | undefined {
  if (wanted === undefined) return viewers.find(({name}) => isInstalled(name))
  const [name = '', ...words] = wanted.split(' ').filter((word) => word !== '')
  const known = viewers.find((viewer) => viewer.name === name)
  if (known !== undefined && words.length === 0) return known
  const own = words.length === 0 ? ['{socket}'] : words
  return {
    name,
    takes: own.some((word) => word.includes('{port}')) ? 'port' : 'unix',
    argv: ({unix, port}) => own.map((word) => word.replaceAll('{socket}', unix).replaceAll('{port}', String(port))),
  }
}
