import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import type { EventSource, FieldName, FieldValue } from '#event'
import { scannedSlots, type ScannedSlots } from './scanner/scanned-slots.ts'

/** What a document holds in one slot: nothing, one value, or several in the order of the document. */
export type SlotValues = FieldValue | readonly FieldValue[] | undefined

/** The values of chosen fields of one document after the other. */
export interface DocumentSlots {
  /** The slot of a field, made if there is none yet. */
  slotOf(field: FieldName): number
  /** A slot that holds `true` where something but null stands at a field or below it. */
  presenceSlotOf(field: FieldName): number
  /** A slot for a value that documents do not hold themselves. */
  namelessSlot(): number
  /** Reads a document once for all slots. Cost: its members as far as they may lead to a field. */
  read(source: EventSource): void
  /**
   * The same from the bytes of a JSON text in UTF-8, without parsing it where that can be done: values are
   * made when they are asked for, so the bytes must stay as they are until then. False, and nothing is read,
   * for what is no JSON object, and for rare ones that are (a key that repeats, or has an escape in it).
   */
  readJson(json: Uint8Array): boolean
  /** Adds a value until the next document is read. */
  put(slot: number, value: FieldValue): void
  /** What the document last read holds. */
  valuesIn(slot: number): SlotValues
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

/** {@link DocumentSlots}. Dotted keys, nested objects and mixtures of them are one and the same, arrays are flattened. */
export function documentSlots(): DocumentSlots {
  const slotsByField = new Map<FieldName, number>()
  const presenceByField = new Map<FieldName, number>()
  let root: NameNode | undefined
  let scanner: ScannedSlots | undefined
  /** Whether the document at hand was read from its bytes. */
  let isScanned = false
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

  const newSlot = (slots: Map<FieldName, number>, field: FieldName): number => {
    const slot = values.push(undefined) - 1
    slots.set(field, slot)
    // What was remembered of keys may now lead further.
    root = undefined
    scanner = undefined
    return slot
  }

  const forget = (): void => {
    for (const slot of filled) values[slot] = undefined
    filled = []
    isScanned = false
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

  return {
    slotOf: (field) => slotsByField.get(field) ?? newSlot(slotsByField, field),
    presenceSlotOf: (field) => presenceByField.get(field) ?? newSlot(presenceByField, field),
    namelessSlot: () => values.push(undefined) - 1,
    read(source) {
      forget()
      root ??= treeOf(slotsByField, presenceByField)
      readObject(source, root)
    },
    readJson(json) {
      forget()
      scanner ??= scannedSlots({ slotsByField, presenceByField })
      isScanned = scanner?.scan(json) === true
      return isScanned
    },
    put,
    valuesIn(slot) {
      const known = values[slot]
      if (known !== undefined || !isScanned) return known
      const made = scanner?.valuesIn(slot)
      if (made !== undefined) {
        values[slot] = made
        filled.push(slot)
      }
      return made
    },
  }
}

function treeOf(
  slotsByField: ReadonlyMap<FieldName, number>,
  presenceByField: ReadonlyMap<FieldName, number>,
): NameNode {
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
