import {type AddressableMachine, normalizeMac, normalizeUuid} from './machine-address.js'

/** Whether a label alone, without its key, is read as that label. */
export function isLabelWord(label: string): boolean {
  return label !== '' && !/^[-/]|[:[\]\p{Cc}\ufffd]/u.test(label)
}

/** Shortest first: the order in which a person would rather type them; none that would not be read as it is. */
function addressesOf(machine: AddressableMachine): readonly string[] {
  const all = [
    ...(machine.label === '' ? [] : [`l:${machine.label}`]),
    ...machine.tcps.filter((tcp) => tcp !== '').map((tcp) => `t:${tcp}`),
    ...machine.macs.filter((mac) => mac !== '').map((mac) => `m:${normalizeMac(mac)}`),
    ...(machine.uuid === '' ? [] : [`u:${normalizeUuid(machine.uuid)}`]),
    ...(machine.id === '' ? [] : [machine.id.includes(',') ? machine.id : `p:${machine.id}`]),
    ...(machine.pid === undefined ? [] : [`pid:${machine.pid}`]),
  ]
  const isTypeable = (address: string) =>
    !/[\p{Cc}\ufffd]/u.test(address) && (address.startsWith('/') || !address.includes(','))
  const typeable = all.filter(isTypeable)
  return typeable.length > 0 ? typeable : all
}

/**
 * For each machine the shortest address no other has in `among` has, which holds them all; what an ambiguity
 * error prints. A stored machine without any address of its own gets its path
 * together with its label, the most that can be said; one that runs has its process.
 */
export function shortestUniqueAddresses(
  machines: readonly AddressableMachine[],
  among: readonly AddressableMachine[] = machines,
): readonly string[] {
  const counts = new Map<string, number>()
  const addresses = (machine: AddressableMachine) => [...new Set(addressesOf(machine))]
  for (const address of among.flatMap(addresses)) counts.set(address, (counts.get(address) ?? 0) + 1)
  return machines.map((machine) => {
    const all = addresses(machine)
    return all.find((address) => (counts.get(address) ?? 0) <= 1) ?? all.join(',')
  })
}
