import { isJsonObject, type JsonValue } from '#base'
import type { EventSource } from '#event'
import { firstLane, maxTermLength, presenceHash, type TermHash } from './term-hash.ts'
import { termSet, type TermSet } from './term-set.ts'

/** Gathers the terms of a block's events and the field names of its indices. */
export interface TermCollector {
  /** Every value and field of one event; `names` gets the names of its fields and of their objects. */
  collect(source: EventSource, names: FieldNames): void
  readonly terms: TermSet
  /** Forgets the terms, for the next block. */
  clear(): void
}

/** Receives names of fields; may be told the same name again. */
export interface FieldNames {
  add(name: string): void
}

interface FieldNode {
  readonly name: string
  readonly presence: TermHash
  readonly children: Map<string, FieldNode>
  /** The last block in which its presence was noted, and for which index. */
  block: number
  names: FieldNames | undefined
  /** Some of the texts already noted for this block: most values of an event are those of its neighbours. */
  readonly seen: Set<string>
}

/** How many texts of one field are remembered; a field with more is hashed every time. */
const maxSeen = 32

/** Known field paths are kept from event to event so that a path is joined and hashed once; this many. */
const maxNodes = 50_000

/** An empty {@link TermCollector}. */
export function termCollector(): TermCollector {
  const terms = termSet()
  let root = nodeOf('')
  let nodes = 0
  let block = 1

  const childOf = (parent: FieldNode, key: string): FieldNode => {
    const known = parent.children.get(key)
    if (known !== undefined) return known
    const child = nodeOf(parent === root ? key : `${parent.name}.${key}`)
    if (nodes < maxNodes) {
      parent.children.set(key, child)
      nodes++
    }
    return child
  }

  const addValue = ({ presence, seen }: FieldNode, value: string): void => {
    if (seen.has(value)) return
    if (seen.size < maxSeen) seen.add(value)
    terms.add(firstLane(presence, value))
  }

  const notePresence = (node: FieldNode, names: FieldNames): void => {
    if (node.block === block && node.names === names) return
    if (node.block !== block) node.seen.clear()
    node.block = block
    node.names = names
    terms.add(node.presence.a)
    names.add(node.name)
    const { name } = node
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      terms.add(presenceHash(name.slice(0, dot)).a)
      names.add(name.slice(0, dot))
    }
  }

  const walk = (value: JsonValue, node: FieldNode, names: FieldNames): void => {
    if (typeof value === 'string') {
      notePresence(node, names)
      if (value.length <= maxTermLength) addValue(node, value)
    } else if (Array.isArray(value)) {
      for (const element of value) walk(element, node, names)
    } else if (isJsonObject(value)) {
      for (const key in value) walk(value[key] ?? null, childOf(node, key), names)
    } else if (value !== null) {
      notePresence(node, names)
      addValue(node, String(value))
    }
  }

  return {
    terms,
    collect: (source, names) => walk(source, root, names),
    clear: () => {
      terms.clear()
      block++
      if (nodes < maxNodes) return
      root = nodeOf('')
      nodes = 0
    },
  }
}

function nodeOf(name: string): FieldNode {
  return {
    name,
    presence: presenceHash(name),
    children: new Map(),
    block: 0,
    names: undefined,
    seen: new Set(),
  }
}
