/**
 * An XML document as a tree, bounded; from files of hosts, and so hostile. Strict (XML 1.0 well-formedness); of entities
 * only the five of XML itself and numbers of characters are known, and a document type is refused, so nothing expands.
 */
import sax from 'sax'

export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  /** Of the element itself, without blanks around. */
  readonly text: string
}

export type XmlReading = {readonly root: XmlElement} | {readonly line: number; readonly reason: string}

const maxDepth = 64
const maxElements = 20_000
const maxAttributes = 64

interface Open {
  name: string
  attributes: Record<string, string>
  children: Open[]
  text: string
}

class Refused extends Error {}

/** Never throws. `line`: 1-based. */
export function readXml(text: string): XmlReading {
  const reader = sax.parser(true, {trim: true, position: true})
  const open: Open[] = []
  let root: Open | undefined
  let elements = 0
  const refuse = (reason: string): never => {
    throw new Refused(reason)
  }
  reader.onerror = (error) => refuse(firstLine(error.message))
  reader.ondoctype = () => refuse('a document type is not taken')
  reader.onopentag = ({name, attributes}) => {
    if (++elements > maxElements) refuse(`more than ${maxElements} elements`)
    if (open.length >= maxDepth) refuse(`elements in each other more than ${maxDepth} deep`)
    if (Object.keys(attributes).length > maxAttributes) refuse(`more than ${maxAttributes} attributes`)
    const own = Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, String(value)]))
    const element = {name, attributes: own, children: [], text: ''}
    const parent = open.at(-1)
    if (parent === undefined) root ??= element
    else parent.children.push(element)
    open.push(element)
  }
  const take = (more: string) => {
    const element = open.at(-1)
    if (element !== undefined) element.text += more
  }
  reader.ontext = take
  reader.oncdata = take
  reader.onclosetag = () => {
    open.pop()
  }
  try {
    reader.write(text).close()
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return {line: Math.min(reader.line, countLines(text) - 1) + 1, reason: error.message}
  }
  return root === undefined ? {line: 1, reason: 'no element'} : {root}
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}

function countLines(text: string): number {
  return text.split('\n').length
}

/** The first element under this path of names. */
export function childOf(element: XmlElement | undefined, ...names: readonly string[]): XmlElement | undefined {
  return names.reduce((at, name) => at?.children.find((child) => child.name === name), element)
}

export function childrenOf(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? []
}
