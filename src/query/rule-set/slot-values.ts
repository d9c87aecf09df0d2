import type { FieldValue } from '#event'

/** What a document holds in one slot: nothing, one value, or several in the order of the document. */
export type SlotValues = FieldValue | readonly FieldValue[] | undefined
