import type {Extracted, NetworkEntry, SourceReject} from '../../src/domain/network/network-entry.js'
import {isHostName, readIp, readMac} from '../../src/lib/network-address.js'
import {crossEntries} from './entry.js'

/**
 * Reads the static hosts of an ISC dhcpd.conf (dhcpd.conf(5)): `host NAME { hardware ethernet MAC; fixed-address IP, IP;
 * option host-name "NAME"; }`, wherever the declaration stands. The declared name counts; where it is no network name
 * and a host-name option is one, that. Included files are named, not read. A broken declaration is reported with its
 * first line and never stops the rest; a host without an Ethernet address is reported too.
 */
export function parseDhcpdConf(text: string): Extracted {
  const reader = new DhcpdReader()
  for (const token of tokensOf(text)) reader.take(token)
  reader.end()
  return reader
}

interface Token {
  readonly kind: 'word' | 'string' | '{' | '}' | ';' | ','
  readonly text: string
  readonly line: number
}

interface Host {
  readonly name: string
  optionName: string
  readonly macs: string[]
  readonly ips: string[]
  readonly faults: string[]
}

interface Block {
  readonly head: string
  readonly line: number
  readonly host?: Host
}

// a string ends with its line at the latest: a forgotten quote must not swallow the rest of the file
const tokenPattern = /\n|[^\S\n]+|#[^\n]*|"([^"\\\n]*(?:\\.[^"\\\n]*)*)"?|[{};,]|[^\s{};,"#]+/g

function* tokensOf(text: string): Generator<Token> {
  let line = 1
  for (const [whole, quoted] of text.matchAll(tokenPattern)) {
    if (whole === '\n') line++
    else if (quoted !== undefined) yield {kind: 'string', text: quoted.replace(/\\(.)/g, '$1'), line}
    else if (whole === '{' || whole === '}' || whole === ';' || whole === ',') yield {kind: whole, text: whole, line}
    else if (whole.trim() !== '' && !whole.startsWith('#')) yield {kind: 'word', text: whole, line}
  }
}

class DhcpdReader implements Extracted {
  readonly entries: NetworkEntry[] = []
  readonly rejects: SourceReject[] = []
  readonly includes: {line: number; path: string}[] = []
  private readonly blocks: Block[] = []
  private statement: Token[] = []

  take(token: Token): void {
    if (token.kind === '{') this.open(token)
    else if (token.kind === ';') this.endStatement()
    else if (token.kind === '}') this.close(token)
    else this.statement.push(token)
  }

  end(): void {
    const [first] = this.statement
    if (first !== undefined) this.reject(first.line, first.text, 'the file ends before its ";"')
    for (const {head, line} of this.blocks) this.reject(line, head, 'the block is not closed')
  }

  private open(brace: Token): void {
    const tokens = this.headOfBlock()
    const [keyword = brace, name, ...rest] = tokens
    const head = textOf(tokens)
    this.statement = []
    if (keyword.text.toLowerCase() !== 'host' || keyword.kind !== 'word') {
      this.blocks.push({head, line: keyword.line})
      return
    }
    // hosts do not nest: the one around it lacks its brace
    const outer = this.blocks.at(-1)
    if (outer?.host !== undefined) {
      this.blocks.pop()
      this.reject(outer.line, outer.head, 'the block is not closed')
    }
    const host: Host = {name: name?.text ?? '', optionName: '', macs: [], ips: [], faults: []}
    if (name === undefined || rest.length > 0) host.faults.push('a host has one name')
    this.blocks.push({head, line: keyword.line, host})
  }

  /** Without a statement before it that lacks its ";": a host on a line of its own must not be lost for that. */
  private headOfBlock(): readonly Token[] {
    const [before, keyword] = this.statement.slice(-3)
    const [first] = this.statement
    if (first === undefined || before === undefined || keyword?.text.toLowerCase() !== 'host') return this.statement
    if (keyword.line === before.line) return this.statement
    this.reject(first.line, first.text, 'a ";" is missing')
    return this.statement.slice(-2)
  }

  private close(brace: Token): void {
    const [left] = this.statement
    const block = this.blocks.pop()
    this.statement = []
    if (block === undefined) this.reject(brace.line, '}', 'closes no block')
    else if (left !== undefined && block.host === undefined) this.reject(left.line, left.text, 'a ";" is missing')
    if (block?.host === undefined) return
    if (left !== undefined) block.host.faults.push(`"${left.text}" lacks its ";"`)
    this.endHost(block, block.host)
  }

  private endHost({head, line}: Block, {name, optionName, macs, ips, faults}: Host): void {
    if (macs.length === 0) faults.push('has no Ethernet address')
    const [fault] = faults
    if (fault !== undefined) this.reject(line, head, fault)
    else this.entries.push(...crossEntries(!isHostName(name) && isHostName(optionName) ? optionName : name, ips, macs))
  }

  private endStatement(): void {
    const [first, ...rest] = this.statement
    this.statement = []
    if (first === undefined || first.kind !== 'word') return
    const keyword = first.text.toLowerCase()
    const host = this.blocks.at(-1)?.host
    if (host !== undefined) this.readHostStatement(host, [first, ...rest])
    else if (keyword === 'host') this.reject(first.line, textOf([first, ...rest]), 'a host without a block')
    if (keyword === 'include') this.includes.push({line: first.line, path: rest[0]?.text ?? ''})
  }

  private readHostStatement(host: Host, statement: readonly [Token, ...Token[]]): void {
    const [first, second, third, ...more] = statement
    const keyword = first.text.toLowerCase()
    if (keyword === 'hardware' && second?.text.toLowerCase() === 'ethernet') {
      const mac = more.length > 0 ? undefined : readMac(third?.text ?? '')
      if (mac === undefined) host.faults.push(`"${textOf(statement.slice(2))}" is no MAC address`)
      else host.macs.push(mac)
    }
    if (keyword === 'fixed-address' || keyword === 'fixed-address6') {
      this.readAddresses(host, first.line, textOf(statement.slice(1)))
    }
    if (keyword === 'option' && second?.text.toLowerCase() === 'host-name') host.optionName = third?.text ?? ''
  }

  /** A name is allowed as address, but nobody here resolves it: the host keeps its other addresses. */
  private readAddresses(host: Host, line: number, list: string): void {
    for (const each of list.split(',').map((address) => address.trim())) {
      const ip = readIp(each)
      if (ip !== undefined) host.ips.push(ip)
      else if (/\s/.test(each) || each === '') host.faults.push(`"${list}" is no list of addresses`)
      else this.reject(line, `host ${host.name}`, `the address "${each}" is no IP address`)
    }
  }

  private reject(line: number, text: string, reason: string): void {
    this.rejects.push({line, text, reason})
  }
}

function textOf(tokens: readonly Token[]): string {
  return tokens.map(({text}) => text).join(' ')
}
