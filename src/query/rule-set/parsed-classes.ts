import type { FieldValue } from '#event'
import type { SlotValues } from './slot-values.ts'

/** Values and combinations of them remembered, and classes of these. */
const maxContents = 1 << 16
const maxClasses = 1 << 17

/** Longer texts are never remembered. */
const maxLength = 256

/** Of what class parsed documents are by what they hold in some slots, see {@link DocumentSlots.classOf}. */
export interface ParsedClasses {
  classOf(classes: number, contents: readonly SlotValues[]): number
  putClass(classes: number, contents: readonly SlotValues[], number: number): void
}

/** {@link ParsedClasses}, of which none is known yet. */
export function parsedClasses(): ParsedClasses {
  /** Values have numbers, and so has what several are together: by the number of what stands before and the last one's. */
  const byValue = new Map<FieldValue, number>()
  const byPair = new Map<number, number>()
  /** What stands before and which slot comes then, if it is not the first. */
  const bySlot = new Map<number, number>()
  const known = new Map<number, number>()

  const countOfContents = (): number => byValue.size + byPair.size + bySlot.size

  const numberIn = <Name>(numbers: Map<Name, number>, name: Name): number => {
    const number = numbers.get(name)
    if (number !== undefined) return number
    const fresh = countOfContents() + 1
    if (fresh >= maxContents) return -1
    numbers.set(name, fresh)
    return fresh
  }

  const withValue = (before: number, value: FieldValue): number => {
    if (before < 0 || (typeof value === 'string' && value.length > maxLength)) return -1
    const own = numberIn(byValue, value)
    return before === 0 || own < 0 ? own : numberIn(byPair, before * maxContents + own)
  }

  /** The number of what some slots hold, 0 for nothing, -1 for what has no number. */
  const contentOf = (contents: readonly SlotValues[]): number =>
    contents.reduce<number>((before, values, slot) => {
      if (values === undefined || before < 0) return before
      const start = slot === 0 ? before : numberIn(bySlot, before * maxContents + slot)
      if (start < 0) return start
      return typeof values === 'object' ? values.reduce(withValue, start) : withValue(start, values)
    }, 0)

  return {
    classOf(classes, contents) {
      const content = contentOf(contents)
      return content > 0 ? (known.get(classes * maxContents + content) ?? -1) : content
    },
    putClass(classes, contents, number) {
      const isFull = countOfContents() + 1 >= maxContents || known.size >= maxClasses
      if (isFull) for (const numbers of [byValue, byPair, bySlot, known]) numbers.clear()
      const content = contentOf(contents)
      if (content > 0) known.set(classes * maxContents + content, number)
    },
  }
}
