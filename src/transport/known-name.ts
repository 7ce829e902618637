/** Whether the ssh configuration knows a name, so that it stands for a host before any name service is asked. */
import type {KnowsHost} from '../domain/ports/ports.js'
import {resolveSshSettings} from './ssh-config/settings.js'

/** A name that no configuration has; `.invalid` is never one (RFC 6761). */
const nobody = 'ctys-nobody.invalid'

/** A name has lines of its own in ssh_config(5) where `ssh -G` says something else of it than of a name nobody has. */
export function createKnowsHost({configFile}: {readonly configFile?: string} = {}): KnowsHost {
  return async (name, {signal}) => {
    const options = {signal, ...(configFile !== undefined && {configFile})}
    const said = async (host: string) => JSON.stringify(await resolveSshSettings({host}, options)).toLowerCase()
    const [own, others] = await Promise.all([said(name), said(nobody)])
    // the other way round a short name would be found in words that it has nothing to do with
    return own !== others.replaceAll(nobody, JSON.stringify(name.toLowerCase()).slice(1, -1))
  }
}
