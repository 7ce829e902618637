/** What a new guest is told at its first start, for cloud-init's NoCloud source (docs: datasources/nocloud). */
import {isIPv6} from 'node:net'
import type {GuestNetwork, SeedFiles} from '../../domain/work/make.js'

/** A file of this machine with its content. */
export interface NamedText {
  readonly name: string
  readonly text: string
}

export interface SeedInput {
  /** Files of public keys, as OpenSSH has them. */
  readonly keys: readonly NamedText[]
  /** Given to the guest as it is. */
  readonly userData?: NamedText
}

/** Of which of its words a seed complains. */
export type AddSeedFault = (word: 'ssh-key' | 'user-data', reason: string) => void

/** The same for every machine of a call. */
export interface Seed {
  readonly keys: readonly string[]
  readonly userData: string
}

/** A user-data file travels as one argument (MAX_ARG_STRLEN of execve(2)). */
export const mostUserData = 96 * 1024

export function parseSeed({keys, userData}: SeedInput, addFault: AddSeedFault): Seed | undefined {
  if (keys.length === 0 && userData === undefined) return undefined
  const text = userData?.text ?? '#cloud-config\n{}\n'
  if (text.includes('\0') || text.includes('\u{fffd}')) addFault('user-data', `${userData?.name} is no text of UTF-8`)
  if (
    !/^(?:#cloud-config|#!|#include|#cloud-boothook|#part-handler|## template:|Content-Type:|MIME-Version:)/.test(text)
  ) {
    addFault('user-data', `${userData?.name} does not begin as cloud-init wants it: #cloud-config, or #!/bin/sh`)
  }
  return {keys: keys.flatMap((file) => readKeys(file, addFault)), userData: text}
}

/** Lines of a public key file (sshd(8), AUTHORIZED_KEYS). A private key never leaves this machine. */
function readKeys({name, text}: NamedText, addFault: AddSeedFault): readonly string[] {
  if (/PRIVATE KEY/.test(text)) {
    addFault('ssh-key', `${name} is a private key; name the public one (${name}.pub)`)
    return []
  }
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const isKey = (line: string) => /^(?:[a-z].* )?(?:ssh|ecdsa|sk)-\S+ AAAA[A-Za-z0-9+/=]+(?: .*)?$/.test(line)
  if (lines.length === 0 || !lines.every(isKey))
    addFault('ssh-key', `${name} holds no public key, such as ssh-ed25519 AAAA...`)
  return lines
}

/** A guest that is told nothing but its name and its network. */
export const plainSeed: Seed = {keys: [], userData: '#cloud-config\n{}\n'}

interface Seeded {
  readonly label: string
  readonly uuid: string
  readonly macs?: readonly string[]
  readonly ip?: string
  readonly network?: GuestNetwork
}

/** Of one machine. JSON is YAML, and quotes whatever stands in it. */
export function seedOf({keys, userData}: Seed, machine: Seeded): SeedFiles {
  const {label, uuid} = machine
  const facts = {'instance-id': uuid, 'local-hostname': label, ...(keys.length > 0 && {'public-keys': keys})}
  const networkConfig = networkOf(machine)
  return {
    userData,
    metaData: `${JSON.stringify(facts, null, 2)}\n`,
    ...(networkConfig !== undefined && {networkConfig}),
  }
}

/** Version 2 (cloud-init: reference/network-config-format-v2); the card is told by its address, whatever it is called. */
function networkOf({macs: [mac] = [], ip, network}: Seeded): string | undefined {
  if (ip === undefined || network === undefined || mac === undefined) return undefined
  const {prefix, gateway, dns} = network
  const to = isIPv6(ip) ? '::/0' : '0.0.0.0/0'
  const card = {
    match: {macaddress: mac.toLowerCase()},
    addresses: [`${ip}/${prefix}`],
    ...(gateway !== undefined && {routes: [{to, via: gateway}]}),
    ...(dns.length > 0 && {nameservers: {addresses: dns}}),
  }
  return `${JSON.stringify({version: 2, ethernets: {net0: card}}, null, 2)}\n`
}
