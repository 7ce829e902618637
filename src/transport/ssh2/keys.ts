import type {Duplex} from 'node:stream'
import ssh2, {
  type AnyAuthMethod,
  type GetStreamCallback,
  type ParsedKey,
  type SignCallback,
  type SigningRequestOptions,
} from 'ssh2'
import {withDeadline} from '../../lib/deadline.js'
import {type Answers, passphraseQuestion} from '../ask-once.js'
import type {SshSettings} from '../ssh-config/types.js'
import {inspectKeyFile, type KeyFile} from './keys-file.js'

export interface Identity {
  readonly file: string
  readonly key: ParsedKey
}

export interface LoadedIdentities {
  /** Offers only what the settings allow, keys named by IdentityFile first; absent when that is none. */
  readonly agent?: ChosenAgent
  /** From the key files in their order, without those the agent holds. */
  readonly keys: readonly Identity[]
  /** What was left out and why, for people; holds no secret. */
  readonly notes: readonly string[]
}

type AgentSettings = Pick<SshSettings, 'identityFiles' | 'identitiesOnly' | 'identityAgent'>

/**
 * The keys to offer to a host, in the order of ssh: those of the agent that IdentityFile names, the other ones of the
 * agent unless IdentitiesOnly, then the key files. One loader serves a run: every file is read and parsed once. A key
 * that the agent holds is never asked for; without `ask` an encrypted one is left out with a note. Missing files are no
 * fault. Never rejects, unless `ask` does.
 */
export function createIdentityLoader(ask?: Answers): (settings: AgentSettings) => Promise<LoadedIdentities> {
  const files = new Map<string, Promise<KeyFile>>()
  const unlocked = new Map<string, Promise<Unlocked>>()

  return async (settings) => {
    const found = await Promise.all(settings.identityFiles.map((path) => once(files, path, () => inspectKeyFile(path))))
    const notes = found.filter(({reason}) => reason !== undefined).map(({path, reason}) => `${path}: ${reason}`)
    const inAgent = await listAgent(settings.identityAgent, notes)
    const wanted = (key: ParsedKey): number =>
      found.findIndex(({publicKey}) => publicKey?.equals(key.getPublicSSH()) === true)
    const named = inAgent.filter((key) => wanted(key) >= 0).sort((a, b) => wanted(a) - wanted(b))
    const offered = settings.identitiesOnly ? named : [...named, ...inAgent.filter((key) => wanted(key) < 0)]
    const keys: Identity[] = []
    for (const file of found) {
      if (file.kind !== 'private' || named.some((key) => file.publicKey?.equals(key.getPublicSSH()))) continue
      const {key, note} = await once(unlocked, file.path, () => unlock(file, ask))
      if (key !== undefined) keys.push({file: file.path, key})
      if (note !== undefined) notes.push(note)
    }
    const {identityAgent} = settings
    const agent =
      identityAgent !== undefined && offered.length > 0 ? new ChosenAgent(identityAgent, offered) : undefined
    return {...(agent !== undefined && {agent}), keys, notes}
  }
}

/** For ssh2's `authHandler`: no probe without a key, the agent first, then the key files in order. */
export function authMethods(username: string, loaded: LoadedIdentities): AnyAuthMethod[] {
  const {agent, keys} = loaded
  return [
    ...(agent === undefined ? [] : [{type: 'agent', username, agent} as const]),
    ...keys.map(({key}) => ({type: 'publickey', username, key}) as const),
  ]
}

interface Unlocked {
  readonly key?: ParsedKey
  readonly note?: string
}

async function unlock(file: KeyFile, ask: Answers | undefined): Promise<Unlocked> {
  const {path, text = '', encrypted = false} = file
  if (!encrypted) {
    const key = parse(text)
    return key === undefined ? {note: `${path}: a kind of key that ssh2 cannot read`} : {key}
  }
  if (ask === undefined) return {note: `${path}: has a passphrase; add it to the agent with ssh-add`}
  let wrong: string | undefined
  for (;;) {
    const passphrase = await ask.kept(passphraseQuestion(path), wrong)
    if (passphrase === undefined) return {note: `${path}: no passphrase was given`}
    if (passphrase === wrong) return {note: `${path}: the passphrase did not fit`}
    const key = parse(text, passphrase)
    if (key !== undefined) return {key}
    wrong = passphrase
  }
}

/** The messages of the library are dropped: nothing of a key or passphrase shall ever reach a message. */
function parse(text: string, passphrase?: string): ParsedKey | undefined {
  const parsed: unknown = ssh2.utils.parseKey(text, passphrase)
  const key = (Array.isArray(parsed) ? parsed[0] : parsed) as ParsedKey | Error | undefined
  return key === undefined || key instanceof Error || !key.isPrivateKey() ? undefined : key
}

const agentDeadlineMs = 3_000

/** The keys of the agent that ssh2 can use; an agent that does not answer is a note. */
async function listAgent(socket: string | undefined, notes: string[]): Promise<ParsedKey[]> {
  if (socket === undefined) return []
  const agent = new ClosableAgent(socket)
  const listed = new Promise<ParsedKey[]>((resolve, reject) => {
    agent.getIdentities((error, keys) =>
      error ? reject(error) : resolve((keys ?? []).filter((key) => 'getPublicSSH' in key)),
    )
  })
  try {
    return await withDeadline(listed, {ms: agentDeadlineMs, timeout: () => new Error('no answer')})
  } catch (error) {
    notes.push(`agent ${socket}: ${error instanceof Error ? error.message : String(error)}`)
    return []
  } finally {
    agent.close()
  }
}

/** The library has no way to give up on an agent; an open socket would keep the process from ending. */
class ClosableAgent extends ssh2.OpenSSHAgent {
  readonly #streams = new Set<Duplex>()

  override getStream(callback: GetStreamCallback): void {
    super.getStream((error, stream) => {
      if (stream !== undefined) {
        this.#streams.add(stream)
        stream.once('close', () => this.#streams.delete(stream))
      }
      callback(error, stream)
    })
  }

  close(): void {
    for (const stream of this.#streams) stream.destroy()
  }
}

/** An agent of which only some keys are offered; it signs with any it offers. */
class ChosenAgent extends ssh2.BaseAgent<ParsedKey> {
  readonly #inner: ClosableAgent
  readonly #keys: readonly ParsedKey[]

  constructor(socket: string, keys: readonly ParsedKey[]) {
    super()
    this.#inner = new ClosableAgent(socket)
    this.#keys = keys
  }

  close(): void {
    this.#inner.close()
  }

  override getIdentities(callback: (error?: Error | null, keys?: ParsedKey[]) => void): void {
    callback(undefined, [...this.#keys])
  }

  override sign(key: ParsedKey, data: Buffer, options: SigningRequestOptions | SignCallback, callback?: SignCallback) {
    if (typeof options === 'function') this.#inner.sign(key, data, options)
    else this.#inner.sign(key, data, options, callback)
  }
}

function once<T>(kept: Map<string, Promise<T>>, name: string, make: () => Promise<T>): Promise<T> {
  const value = kept.get(name) ?? make()
  kept.set(name, value)
  return value
}
