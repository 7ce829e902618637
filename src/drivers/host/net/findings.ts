/** What is left of networks that are not whole, each in a sentence with the next step. */
import type {NetFacts} from './facts.js'
import {switchOptions, tapOf} from './names.js'

export function findingsOf({records, switches, links, base, hidden}: NetFacts): readonly string[] {
  const runs = (user: string, name: string) =>
    switches.some((one) => switchOptions(one).pidFile === `${base.path}/ctys-net.${user}/${name}.pid`)
  const dead = hidden
    ? []
    : records
        // a bridge alone has none
        .filter(({user, name, values}) => values.has('sock') && !runs(user, name))
        .map(({user, name}) => `network ${name} of ${user} has no switch any more: ${again(name, user)}`)
  const lost = [...links.values()].flatMap((link) => {
    const network = tapOf(link)
    if (network === undefined) return []
    const {name, user} = network
    const isKnown = records.some((one) => one.name === name && one.user === user) || runs(user, name)
    return isKnown ? [] : [`${link.name} is left of network ${name} of ${user}: ${again(name, user)}`]
  })
  return [...dead, ...lost]
}

function again(name: string, user: string): string {
  return `net up with --name ${name} -u ${user} mends it, net down takes it away`
}
