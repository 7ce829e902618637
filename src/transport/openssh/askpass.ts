import {execFile} from 'node:child_process'
import {readlink, symlink} from 'node:fs/promises'
import {createServer, type Server, type Socket} from 'node:net'
import {basename, dirname, join} from 'node:path'
import {type Answers, passphraseQuestion} from '../ask-once.js'

/** How a person is reached for the ssh clients of a run. */
export interface Person {
  readonly answers: Answers
  /** Something to do that is no question, such as touching a token. */
  readonly tell: (text: string) => void
  /** bin/askpass.cjs, which the clients call (ssh(1), SSH_ASKPASS). */
  readonly program: string
}

/** One client that may ask. */
export interface Asking {
  readonly env: NodeJS.ProcessEnv
  /** While it is true the client waits for a person, not for the host. */
  readonly waits: () => boolean
  /** What was not answered, for people. */
  readonly notes: readonly string[]
  /** Tells the pid of the client itself. Hosts put no questions through it: it signs in with keys alone (arguments.ts). */
  readonly own: (pid: number | undefined) => void
}

export interface AskpassServer {
  /** `target`: whom the client is to reach. */
  asking(keyFiles: readonly string[], target?: string): Promise<Asking>
  close(): void
}

/** A client that nobody is there to answer: it must not open a window of the desktop either. */
export const unattended: NodeJS.ProcessEnv = {SSH_ASKPASS: undefined, SSH_ASKPASS_REQUIRE: 'never'}

interface Question {
  readonly client: string
  /** The process that asks: the client, or the one it started for a jump host. */
  readonly asker: number
  readonly kind: string
  readonly prompt: string
}

const maxQuestionBytes = 64 * 1024
/** What a host asks is shown on the terminal. */
const maxShown = 1000

/**
 * Answers the questions of ssh clients, which would otherwise all ask on the one terminal at once. The clients have no
 * terminal; they call a program that comes to a socket in `directory` (private, mode 0700). Passphrases, PINs and
 * passwords are asked for once in a run and one after the other; what else a host asks, such as a one-time code, each
 * time. Host keys are confirmed by hand, never here.
 *
 * A kept answer is only handed on to a question that a client made itself. What the client of a jump host asks may be in
 * that host's own words (keyboard-interactive, RFC 4256), and look like another's: only clients that put the account in
 * front of such words can be told from their host. Of others each question is put to the person, with what asks.
 */
export function createAskpassServer(
  directory: Promise<string>,
  person: Person,
  marksHosts: (asker: number) => Promise<boolean> = marksWordsOfHosts,
): AskpassServer {
  const clients = new Map<string, Client>()
  const open = new Set<Socket>()
  let count = 0
  let server: Promise<Server> | undefined

  function serve(socket: Socket): void {
    open.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => open.delete(socket))
    let text = ''
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      text += chunk
      if (text.length > maxQuestionBytes) return void socket.destroy()
      if (!text.endsWith('\n')) return
      const question = JSON.parse(text) as Question // of our own program: the directory is private
      const client = clients.get(question.client)
      if (client === undefined) return void socket.destroy()
      if (question.kind === 'none') return person.tell(question.prompt) // the client ends it
      void answer(client, question).then(
        (given) => socket.end(given === undefined ? '' : `${given}\n`),
        () => socket.destroy(),
      )
    })
  }

  async function answer(client: Client, {asker, kind, prompt}: Question): Promise<string | undefined> {
    if (kind === 'confirm' || /\(yes\/no/.test(prompt)) {
      client.notes.push(...prompt.trim().split('\n'))
      return 'no'
    }
    const isSure = client.own.has(asker) || (await marksHosts(asker))
    const {question, once, keyFile} = isSure ? questionOf(prompt, client.keyFiles) : doubtful(prompt, client.target)
    const key = `${asker} ${question}`
    client.waiting++
    try {
      const wrong = client.given.get(key)
      const given = await (once ? person.answers.kept(question, wrong) : person.answers.fresh(question))
      const usable = given !== undefined && given !== wrong
      if (!usable) client.notes.push(unanswered(given !== undefined, keyFile ?? question, keyFile && 'passphrase'))
      else if (once) client.given.set(key, given)
      return usable ? given : undefined
    } finally {
      client.waiting--
    }
  }

  return {
    async asking(keyFiles, target = '') {
      server ??= directory.then((path) => listen(join(path, 'askpass'), serve))
      await server
      const name = `ask${++count}`
      const client: Client = {keyFiles, target, own: new Set(), given: new Map(), notes: [], waiting: 0}
      clients.set(name, client)
      const link = join(await directory, name)
      await symlink(person.program, link)
      return {
        notes: client.notes,
        waits: () => client.waiting > 0,
        own: (pid) => {
          if (pid !== undefined) client.own.add(pid)
        },
        env: {
          SSH_ASKPASS: link,
          SSH_ASKPASS_REQUIRE: 'force',
          // clients before OpenSSH 8.4 call it only where there might be a window
          DISPLAY: process.env.DISPLAY || 'none',
          PATH: `${process.env.PATH ?? ''}:${dirname(process.execPath)}`,
        },
      }
    },
    close() {
      for (const socket of open) socket.destroy()
      void server?.then((listening) => listening.close()).catch(() => undefined)
    },
  }
}

interface Client {
  readonly keyFiles: readonly string[]
  /** For messages. */
  readonly target: string
  readonly own: Set<number>
  /** The last answer to each question of each process: who asks again found it wrong. */
  readonly given: Map<string, string>
  readonly notes: string[]
  waiting: number
}

interface Meaning {
  readonly question: string
  /** It is asked once in a run. */
  readonly once: boolean
  readonly keyFile?: string
}

/** Messages of OpenSSH 7.4 to 10: sshconnect2.c, ssh-sk.c, ssh-pkcs11.c. A key's name is cut there after 100 bytes. */
function questionOf(prompt: string, keyFiles: readonly string[]): Meaning {
  const text = prompt.trim().replace(/:$/, '')
  const cut = /^Enter passphrase for (?:key )?'(.*)'$/s.exec(text)?.[1]
  if (cut !== undefined) {
    const keyFile = keyFiles.find((file) => nameInPrompt(file) === cut) ?? cut
    return {question: passphraseQuestion(keyFile), once: true, keyFile}
  }
  // what a host asks in its own words has its account in front, and is kept for that alone
  const isNamed = /^Enter PIN for |@.*pass(word|phrase)$/is.test(text)
  return {question: text.slice(0, maxShown), once: isNamed}
}

/** A question of which nobody can say whether a client or a host made it. */
function doubtful(prompt: string, target: string): Meaning {
  const who = `on the way to ${target || 'a host'} somebody asks: `
  return {question: `${who}${prompt.trim().replace(/:$/, '')}`.slice(0, maxShown), once: false}
}

const versions = new Map<string, Promise<boolean>>()

/**
 * Whether the client puts `(USER@HOST)` in front of what a host asks in its own words: OpenSSH since 8.5. The program that
 * runs as this process is asked for its version, else the ssh of PATH; anything but OpenSSH's ssh is taken for one that
 * does not.
 */
async function marksWordsOfHosts(asker: number): Promise<boolean> {
  const program = await readlink(`/proc/${asker}/exe`).catch(() => (process.platform === 'linux' ? '' : 'ssh'))
  if (basename(program) !== 'ssh') return false
  const known = versions.get(program) ?? marksSince(program)
  versions.set(program, known)
  return known
}

async function marksSince(program: string): Promise<boolean> {
  const said = await new Promise<string>((resolve) => {
    execFile(program, ['-V'], {timeout: 5_000, maxBuffer: 64 * 1024}, (_, stdout, stderr) => resolve(stdout + stderr))
  })
  return hasMarks(said)
}

/** Of what `ssh -V` says, such as `OpenSSH_9.2p1 Debian-2+deb12u3, OpenSSL 3.0.15 3 Sep 2024`. */
export function hasMarks(version: string): boolean {
  const [, major = '', minor = ''] = /^OpenSSH_(?:for_Windows_)?(\d+)\.(\d+)/.exec(version) ?? []
  return Number(major) > 8 || (major === '8' && Number(minor) >= 5)
}

function unanswered(given: boolean, subject: string, what = 'answer'): string {
  return `${subject}: ${given ? `the ${what} did not fit` : `no ${what} was given`}`
}

function nameInPrompt(file: string): string {
  return Buffer.from(file).subarray(0, 100).toString()
}

function listen(path: string, serve: (socket: Socket) => void): Promise<Server> {
  const server = createServer({allowHalfOpen: true}, serve)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => resolve(server.unref()))
  })
}
