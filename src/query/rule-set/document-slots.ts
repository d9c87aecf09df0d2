import type { EventSource, FieldName } from '#event'
import type { AskedClasses } from './asked-classes.ts'
import { parsedSlots, type ParsedSlots } from './parsed-slots.ts'
import { scannedSlots, type ScannedSlots } from './scanner/scanned-slots.ts'
import type { SlotValues } from './slot-values.ts'

/** The values of chosen fields of one document after the other. */
export interface DocumentSlots {
  /** The slot of a field, made if there is none yet: then documents are to be read anew. */
  slotOf(field: FieldName): number
  /** A slot that holds `true` where something but null stands at a field or below it. */
  presenceSlotOf(field: FieldName): number
  /** Reads a document once for all slots. */
  read(source: EventSource): void
  /**
   * The same from the bytes of a JSON text in UTF-8, without parsing it where that can be done: values are
   * made when they are asked for, so the bytes must stay as they are until then. False, and nothing is read,
   * for what is no JSON object, and for rare ones that are (a key that repeats, or has an escape in it).
   */
  readJson(json: Uint8Array): boolean
  /** What the document last read holds. */
  valuesIn(slot: number): SlotValues
  /** A number for slots that are looked at together; it may have to be made, as for a slot. */
  groupOf(slots: readonly number[]): number
  /**
   * Whoever parts documents by what they hold in a group of slots calls the parts classes, and has a number above 0
   * for them all. This gives the class of the document, if it was put for another one with the same values in the
   * same order; 0 for nothing in any of the slots, and -1 where it is not known.
   */
  classOf(classes: number, group: number): number
  /** The same for several groups at once: puts down what is not 0, and gives how many those are. */
  classesOf(asked: AskedClasses): number
  /**
   * Remembers of what class the document is. Values that come but once are not remembered, nor are large ones; when
   * there is no room left everything is forgotten.
   */
  putClass(classes: number, group: number, number: number): void
  /** A number for classes, which nobody else has. */
  newClasses(): number
}

/** {@link DocumentSlots} without any slots. */
export function documentSlots(): DocumentSlots {
  const slotsByField = new Map<FieldName, number>()
  const presenceByField = new Map<FieldName, number>()
  const groups: (readonly number[])[] = []
  const groupsBySlots = new Map<string, number>()
  const wanted = { slotsByField, presenceByField, groups }
  let classes = 0
  let parsed: ParsedSlots | undefined
  let scanned: ScannedSlots | undefined
  /** Of what the document at hand was read. */
  let current: ParsedSlots | ScannedSlots | undefined

  const newGroup = (slots: readonly number[]): number => {
    parsed = undefined
    scanned = undefined
    current = undefined
    return groups.push(slots) - 1
  }

  const newSlot = (slotsOfKind: Map<FieldName, number>, field: FieldName): number => {
    const slot = newGroup([groups.length])
    slotsOfKind.set(field, slot)
    return slot
  }

  return {
    slotOf: (field) => slotsByField.get(field) ?? newSlot(slotsByField, field),
    presenceSlotOf: (field) => presenceByField.get(field) ?? newSlot(presenceByField, field),
    groupOf(slots) {
      const [first = -1] = slots
      if (slots.length === 1) return first
      const key = slots.join()
      const known = groupsBySlots.get(key) ?? newGroup(slots)
      groupsBySlots.set(key, known)
      return known
    },
    read(source) {
      parsed ??= parsedSlots(wanted)
      parsed.read(source)
      current = parsed
    },
    readJson(json) {
      scanned ??= scannedSlots(wanted)
      const isScanned = scanned?.scan(json) === true
      current = isScanned ? scanned : undefined
      return isScanned
    },
    valuesIn: (slot) => current?.valuesIn(slot),
    classOf: (classes, group) => current?.classOf(classes, group) ?? 0,
    classesOf: (asked) => current?.classesOf(asked) ?? 0,
    putClass: (classes, group, number) => current?.putClass(classes, group, number),
    newClasses: () => ++classes,
  }
}
