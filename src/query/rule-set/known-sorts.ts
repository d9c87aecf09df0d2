import type { DocumentSlots } from './document-slots.ts'
import type { OpenDocument } from './open-document.ts'

/**
 * What documents come to by all of their guards together: those in one index that hold the same in some slots come
 * to the same. Saves asking one guard after the other.
 */
export interface KnownSorts<End> {
  /** What the open document comes to; undefined where it is not known. */
  end(): End | undefined
  remember(end: End): void
}

/** Indices remembered, before all are let go. */
const maxIndices = 256

/** {@link KnownSorts} by some slots, none of them known. */
export function knownSorts<End>(
  document: OpenDocument,
  slots: DocumentSlots,
  guardSlots: readonly number[],
): KnownSorts<End> {
  const group = slots.groupOf(guardSlots)
  const sortsByIndex = new Map<string, { readonly classes: number; readonly ends: End[] }>()

  const sortsOf = (index: string) => {
    const known = sortsByIndex.get(index)
    if (known !== undefined) return known
    if (sortsByIndex.size >= maxIndices) sortsByIndex.clear()
    const fresh = { classes: slots.newClasses(), ends: [] }
    sortsByIndex.set(index, fresh)
    return fresh
  }

  return {
    end() {
      const { classes, ends } = sortsOf(document.index)
      return ends[slots.classOf(classes, group)]
    },
    remember(end) {
      const { classes, ends } = sortsOf(document.index)
      // Number 0 is that of documents that hold nothing in these slots.
      if (slots.classOf(classes, group) === 0) {
        ends[0] = end
        return
      }
      const known = ends.indexOf(end, 1)
      const number = known < 0 ? Math.max(1, ends.length) : known
      ends[number] = end
      slots.putClass(classes, group, number)
    },
  }
}
