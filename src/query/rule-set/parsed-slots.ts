import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import type { EventSource, FieldName, FieldValue } from '#event'
import type { AskedClasses } from './asked-classes.ts'
import type { SlotValues } from './slot-values.ts'
import { parsedClasses } from './parsed-classes.ts'
import type { WantedSlots } from './scanner/key-entries.ts'

/** The values of chosen fields, read from one parsed document after the other. */
export interface ParsedSlots {
  /** Reads a document once for all slots. Cost: its members as far as they may lead to a field. */
  read(source: EventSource): void
  valuesIn(slot: number): SlotValues
  /** See {@link DocumentSlots.classOf}. */
  classOf(classes: number, group: number): number
  classesOf(asked: AskedClasses): number
  putClass(classes: number, group: number, number: number): void
}

/** The part of a field's name that has been met on the way into a document. */
interface NameNode {
  slot: number
  /** Slots that hold `true` once this place is met. */
  marks: readonly number[]
  /** By the next part of the name, and by other keys that documents had here. */
  readonly below: Map<string, NameNode>
  /** How many of `below` are keys of documents. */
  remembered: number
}

/** Keys of documents remembered at one place, so that each is cut at its dots once. */
const maxRemembered = 1024
const maxKeyLength = 256

/** {@link ParsedSlots}. Dotted keys, nested objects and mixtures of them are one and the same, arrays are flattened. */
export function parsedSlots(wanted: WantedSlots): ParsedSlots {
  const root = treeOf(wanted)
  const remembered = parsedClasses()
  const values: (FieldValue | FieldValue[] | undefined)[] = []
  let filled: number[] = []

  const put = (slot: number, value: FieldValue): void => {
    const before = values[slot]
    if (before === undefined) {
      values[slot] = value
      filled.push(slot)
    } else if (Array.isArray(before)) before.push(value)
    else values[slot] = [before, value]
  }

  const readObject = (source: JsonObject, at: NameNode): void => {
    // Members of the prototype cannot be met: documents have none that are enumerable.
    for (const key in source) {
      const node = at.below.get(key) ?? resolve(at, key)
      if (node === nowhere) continue
      const member = source[key]
      if (member !== null) for (const slot of node.marks) if (values[slot] !== true) put(slot, true)
      if (typeof member !== 'object') {
        if (node.slot >= 0 && member !== undefined) put(node.slot, member)
      } else if (member !== null) {
        if (isJsonObject(member)) {
          if (node.below.size > 0) readObject(member, node)
        } else readArray(member, node)
      }
    }
  }

  const readArray = (elements: readonly JsonValue[], node: NameNode): void => {
    // Arrays in arrays may be nested deeper than the call stack: they wait on a stack of our own.
    const waiting: (readonly JsonValue[])[] = [elements]
    for (let array = waiting.pop(); array !== undefined; array = waiting.pop()) {
      for (const element of array) {
        if (typeof element !== 'object') {
          if (node.slot >= 0) put(node.slot, element)
        } else if (element !== null) {
          if (isJsonObject(element)) {
            if (node.below.size > 0) readObject(element, node)
          } else waiting.push(element)
        }
      }
    }
  }

  const contentsOf = (group: number): readonly SlotValues[] =>
    (wanted.groups?.[group] ?? []).map((slot) => values[slot])

  const classOf = (classes: number, group: number): number =>
    remembered.classOf(classes, contentsOf(group))

  return {
    read(source) {
      for (const slot of filled) values[slot] = undefined
      filled = []
      readObject(source, root)
    },
    valuesIn: (slot) => values[slot],
    classOf,
    classesOf({ pairs, found }) {
      let count = 0
      for (let place = 0; 2 * place < pairs.length; place++) {
        const number = classOf(pairs[2 * place] ?? 0, pairs[2 * place + 1] ?? 0)
        if (number === 0) continue
        found[2 * count] = place
        found[2 * count + 1] = number
        count++
      }
      return count
    },
    putClass: (classes, group, number) => remembered.putClass(classes, contentsOf(group), number),
  }
}

function treeOf({ slotsByField, presenceByField }: Omit<WantedSlots, 'groups'>): NameNode {
  const root = newNode()
  const nodeAt = (field: FieldName): NameNode => {
    let node = root
    for (const part of field.split('.')) {
      const next = node.below.get(part) ?? newNode()
      node.below.set(part, next)
      node = next
    }
    return node
  }
  for (const [field, slot] of slotsByField) nodeAt(field).slot = slot
  for (const [field, slot] of presenceByField) nodeAt(field).marks = [slot]
  return root
}

function newNode(): NameNode {
  return { slot: -1, marks: [], below: new Map(), remembered: 0 }
}

/** Where a key leads that is no part of a name: nowhere, or, with dots in it, perhaps several parts further. */
function resolve(at: NameNode, key: string): NameNode {
  const node = key.includes('.') ? reached(at, key.split('.')) : nowhere
  if (at.remembered < maxRemembered && key.length <= maxKeyLength) {
    at.below.set(key, node)
    at.remembered++
  }
  return node
}

/** The place that several parts lead to, with the marks of all that is passed on the way. */
function reached(at: NameNode, parts: readonly string[]): NameNode {
  let node: NameNode | undefined = at
  const marks: number[] = []
  for (const part of parts) {
    node = node.below.get(part)
    if (node === undefined) break
    marks.push(...node.marks)
  }
  if (node === undefined) return marks.length === 0 ? nowhere : { ...newNode(), marks }
  return marks.length === node.marks.length ? node : { ...node, marks }
}

const nowhere: NameNode = newNode()
