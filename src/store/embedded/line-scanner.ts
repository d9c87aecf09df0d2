import { firstLane, idHash, maxTermLength, presenceHash, valueHashes } from './term-hash.ts'
import { termSet, type TermSet } from './term-set.ts'

/**
 * Reads the terms of events straight from their lines, as `encodeLine` wrote them. That is JSON as
 * `JSON.stringify` writes it, whole and without white space, so nothing here looks for anything else.
 */
export interface LineScanner {
  /** Every value, field and id of the events of a block. */
  scan(lines: Buffer): ScannedLines
}

/** What is in the lines of one block. */
export interface ScannedLines {
  /** Good until the next scan. */
  readonly terms: TermSet
  /** First lanes of the `idHash` of each event, in order. */
  readonly idHashes: Uint32Array
  /** Names of fields with a value, and of the objects on the way to them, by index. */
  readonly names: ReadonlyMap<string, ReadonlySet<string>>
}

/** A place in the tree of all fields met; a field has one node, however its name is nested. */
interface FieldNode {
  readonly name: string
  readonly parent: FieldNode | undefined
  /** The key with its quotes and colon, as it stands in a line; from its second time on, since wild keys have none. */
  key: DataView | undefined
  readonly presence: number
  /** Where the hash of a value of this field begins. */
  readonly seed: number
  children: Map<string, FieldNode> | undefined
  /** Guesses: which key comes first in this object, and which after this one. Events are alike. */
  first: FieldNode | undefined
  next: FieldNode | undefined
  /** The last block in which its presence was noted, and for which index. */
  block: number
  names: Set<string> | undefined
  /** Where the last text of this field stands in the block, quotes included; most repeat it. */
  textAt: number
  textBytes: number
}

/** Known fields are kept from block to block; this many. */
const maxNodes = 50_000

const quote = 0x22
const comma = 0x2c
const backslash = 0x5c
const closingBracket = 0x5d
const closingBrace = 0x7d

/** A scanner; it remembers the fields it met, and works on one block at a time. */
export function lineScanner(): LineScanner {
  const terms = termSet()
  let bytes: Buffer = Buffer.alloc(0)
  let view = viewOf(bytes)
  let root = nodeOf('', undefined)
  let nodes = 0
  let block = 0

  const childOf = (parent: FieldNode, key: string): FieldNode => {
    const known = parent.children?.get(key)
    if (known !== undefined) {
      known.key ??= viewOf(Buffer.from(`${JSON.stringify(key)}:`))
      return known
    }
    const child = nodeOf(parent === root ? key : `${parent.name}.${key}`, parent)
    if (nodes < maxNodes) {
      parent.children ??= new Map()
      parent.children.set(key, child)
      nodes++
    }
    return child
  }

  /** That a field, and with it each object on the way to it, is there. */
  const notePresence = (node: FieldNode, names: Set<string>): void => {
    node.block = block
    node.names = names
    node.textBytes = 0
    const { name, parent } = node
    if (parent === undefined) return
    terms.add(node.presence)
    names.add(name)
    const joint = parent === root ? -1 : parent.name.length
    for (let dot = name.indexOf('.', joint + 1); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      const object = name.slice(0, dot)
      terms.add(presenceHash(object).a)
      names.add(object)
    }
    if (!isNoted(parent, names)) notePresence(parent, names)
  }

  const isNoted = (node: FieldNode, names: Set<string>): boolean =>
    node.block === block && node.names === names

  /** The place of the quote that ends the text whose opening quote is at `from`. */
  const endOfText = (from: number): number => {
    for (let end = bytes.indexOf(quote, from + 1); end > 0; end = bytes.indexOf(quote, end + 1)) {
      let escapes = 0
      while (bytes[end - 1 - escapes] === backslash) escapes++
      if (escapes % 2 === 0) return end
    }
    throw new Error(`a line has a text without an end at byte ${from}`)
  }

  /** The place behind some text that must stand at `from`. */
  const after = (from: number, words: string): number => {
    for (let at = 0; at < words.length; at++) {
      if (bytes[from + at] !== words.charCodeAt(at)) throw new Error(`a line lacks ${words}`)
    }
    return from + words.length
  }

  const textBetween = (from: number, end: number): string => {
    for (let at = from + 1; at < end; at++) {
      const byte = bytes[at] ?? 0
      if (byte === backslash || byte >= 0x80)
        return parsedText(bytes.toString('utf8', from, end + 1))
    }
    return bytes.toString('latin1', from + 1, end)
  }

  const text = (from: number, node: FieldNode): number => {
    if (node.textBytes > 0 && areSame(view, from, view, node.textAt, node.textBytes)) {
      return from + node.textBytes
    }
    const end = newText(from, node)
    node.textAt = from
    node.textBytes = end - from
    return end
  }

  const newText = (from: number, node: FieldNode): number => {
    const all = bytes
    const limit = from + 1 + maxTermLength
    let at = from + 1
    let hash = node.seed
    for (let byte = all[at] ?? 0; byte !== quote; byte = all[++at] ?? 0) {
      if (at === limit) return endOfText(from) + 1
      if (byte === backslash || byte >= 0x80) return unusualText(from, node)
      hash = valueHashes.step(hash, byte)
    }
    terms.add(valueHashes.end(hash, at - from - 1))
    return at + 1
  }

  const unusualText = (from: number, node: FieldNode): number => {
    const end = endOfText(from)
    // A character takes at most six bytes: an escape of one UTF-16 code unit.
    if (end - from <= maxTermLength * 6 + 1) {
      const value = parsedText(bytes.toString('utf8', from, end + 1))
      if (value.length <= maxTermLength) terms.add(firstLane(node.seed, value))
    }
    return end + 1
  }

  /** A number, true or false. */
  const bare = (from: number, node: FieldNode): number => {
    let at = from
    let hash = node.seed
    for (; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0
      if (byte === comma || byte === closingBrace || byte === closingBracket) break
      hash = valueHashes.step(hash, byte)
    }
    if (at === from) throw new Error(`a line has no value at byte ${from}`)
    terms.add(valueHashes.end(hash, at - from))
    return at
  }

  const value = (from: number, node: FieldNode, names: Set<string>): number => {
    const byte = bytes[from]
    if (byte === 0x7b) return object(from, node, names)
    if (byte === 0x5b) return array(from, node, names)
    if (byte === 0x6e) return from + 'null'.length
    if (!isNoted(node, names)) notePresence(node, names)
    return byte === quote ? text(from, node) : bare(from, node)
  }

  const array = (from: number, node: FieldNode, names: Set<string>): number => {
    let at = from + 1
    if (bytes[at] === closingBracket) return at + 1
    for (;;) {
      at = value(at, node, names)
      if (bytes[at++] === closingBracket) return at
    }
  }

  const object = (from: number, node: FieldNode, names: Set<string>): number => {
    let at = from + 1
    if (bytes[at] === closingBrace) return at + 1
    let guess = node.first
    let before: FieldNode | undefined
    for (;;) {
      let child = guess
      const key = child?.key
      if (child !== undefined && key !== undefined && areSame(view, at, key, 0, key.byteLength)) {
        at += key.byteLength
      } else {
        const end = endOfText(at)
        child = childOf(node, textBetween(at, end))
        if (before === undefined) node.first = child
        else before.next = child
        at = end + 2
      }
      at = value(at, child, names)
      if (bytes[at++] === closingBrace) return at
      before = child
      guess = child.next
    }
  }

  return {
    scan: (lines) => {
      bytes = lines
      view = viewOf(lines)
      block++
      terms.clear()
      if (nodes >= maxNodes) {
        root = nodeOf('', undefined)
        nodes = 0
      }
      const idHashes: number[] = []
      const names = new Map<string, Set<string>>()
      for (let start = 0; start < lines.length;) {
        const sequenceEnd = lines.indexOf(comma, after(start, '{"sequence":'))
        const indexAt = after(
          lines.indexOf(comma, after(sequenceEnd, ',"ingestedMs":')),
          ',"index":',
        )
        const indexEnd = endOfText(indexAt)
        const idAt = after(indexEnd + 1, ',"id":')
        const idEnd = endOfText(idAt)
        const index = textBetween(indexAt, indexEnd)
        const { a } = idHash(index, textBetween(idAt, idEnd))
        idHashes.push(a)
        terms.add(a)
        const known = names.get(index) ?? new Set()
        if (known.size === 0) names.set(index, known)
        start = after(value(after(idEnd + 1, ',"source":'), root, known), '}\n')
      }
      return { terms, idHashes: Uint32Array.from(idHashes), names }
    },
  }
}

function nodeOf(name: string, parent: FieldNode | undefined): FieldNode {
  const presence = presenceHash(name)
  return {
    name,
    parent,
    key: undefined,
    presence: presence.a,
    seed: valueHashes.seed(presence),
    children: undefined,
    first: undefined,
    next: undefined,
    block: 0,
    names: undefined,
    textAt: 0,
    textBytes: 0,
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}

/** Whether `length` bytes are the same here and there, four at a time. */
function areSame(a: DataView, atA: number, b: DataView, atB: number, length: number): boolean {
  if (atA + length > a.byteLength) return false
  let at = 0
  for (; at + 4 <= length; at += 4) {
    if (a.getInt32(atA + at) !== b.getInt32(atB + at)) return false
  }
  for (; at < length; at++) if (a.getUint8(atA + at) !== b.getUint8(atB + at)) return false
  return true
}

function parsedText(json: string): string {
  return String(JSON.parse(json))
}
