/** Managers of the machines of one person. */
import {posix} from 'node:path'
import {here, nameWord, textOn} from '../../../../lib/command-on.js'
import {findIn, hasProduct, type Recognise, there} from './manager.js'

/** Its monitor stands beside the images of .vagrant/machines/NAME/qemu. */
const vagrant: Recognise = ({commandLine}) => {
  const words = commandLine.options.map(({value}) => value)
  const [, dir, name] = words.map((word) => /([^=,]*)\/\.vagrant\/machines\/([^/]+)\//.exec(word)).find(Boolean) ?? []
  if (dir !== undefined && nameWord(name) !== undefined) {
    const command = here`cd ${dir} && vagrant halt ${name ?? ''}`
    return {name: 'Vagrant', stop: (target) => (nameWord(dir) === undefined ? '' : textOn(target, command))}
  }
  return words.some((word) => /\/\.vagrant\.d\/tmp\/vagrant-qemu\//.test(word))
    ? there('Vagrant', 'vagrant', 'global-status')
    : undefined
}

/** `quickemu --vm web.conf`: web/web.pid, and sockets of that name beside it. */
const quickemu: Recognise = ({commandLine, monitorSockets, cwd}) => {
  const {name, pidFile} = commandLine
  const own = name !== '' && [`${name}/${name}.pid`, `./${name}/${name}.pid`].some((path) => pidFile.endsWith(path))
  const socket = monitorSockets.some(({path}) => path.endsWith(`/${name}/${name}-monitor.socket`))
  if (!hasProduct(commandLine, /^"?Quickemu Project/) && !(own || (name !== '' && socket))) return undefined
  const config = `${name}.conf`
  return there('quickemu', 'quickemu', '--vm', nameWord(cwd === '' ? config : posix.join(cwd, config)), '--kill')
}

/** Colima and Rancher Desktop stand on Lima and keep its directories below their own. */
const lima: Recognise = (facts) => {
  const colima = findIn(facts, /\/(?:\.colima|colima)\/_lima\/([^/]+)\//)
  if (colima !== undefined) {
    const profile = /^colima-(.+)$/s.exec(colima)?.[1]
    return there('Colima', 'colima', 'stop', ...(profile === undefined ? [] : [nameWord(profile)]))
  }
  if (findIn(facts, /\/rancher-desktop\/lima\/([^/]+)\//) !== undefined) {
    return there('Rancher Desktop', 'rdctl', 'shutdown')
  }
  const name = findIn(facts, /\/\.lima\/([^/]+)\//) ?? limaByName(facts)
  return name === undefined ? undefined : there('Lima', 'limactl', 'stop', nameWord(name))
}

/** Where LIMA_HOME is another directory. */
const limaByName = (facts: Parameters<Recognise>[0]) => {
  const name = /^lima-(.+)$/s.exec(facts.commandLine.name)?.[1]
  return name !== undefined && findIn(facts, /\/([^/]+)\/qmp\.sock(?:,|$)/) === name ? name : undefined
}

/** `podman machine` calls its monitor qmp_NAME.sock and its pid file NAME_vm.pid. */
const podman: Recognise = (facts) => {
  const name =
    findIn(facts, /\/podman\/(?:[^,]*\/)?qmp_([^/.,]+)\.sock/) ??
    findIn(facts, /\/podman\/(?:[^,]*\/)?(podman-machine-[^/.,_]+)/)
  return name === undefined ? undefined : there('Podman', 'podman', 'machine', 'stop', nameWord(name))
}

const multipass: Recognise = (facts) => {
  const name = findIn(facts, /\/multipassd?\/(?:data\/)?vault\/instances\/([^/]+)\//)
  return name === undefined ? undefined : there('Multipass', 'multipass', 'stop', nameWord(name))
}

const minikube: Recognise = (facts) => {
  const name = findIn(facts, /\/\.minikube\/machines\/([^/]+)\//)
  return name === undefined ? undefined : there('minikube', 'minikube', 'stop', '-p', nameWord(name))
}

export const ofPersons: readonly Recognise[] = [quickemu, lima, podman, multipass, minikube]
export const beforeLibvirt: readonly Recognise[] = [vagrant]
