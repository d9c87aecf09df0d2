/** The longest event, bytes of its JSON text in UTF-8. */
export const maxEventBytes = 16 * 1024 * 1024

/** How deep objects and arrays of an event may nest. */
export const maxEventDepth = 100

/** The longest event id, bytes of UTF-8; Elasticsearch has the same limit. */
export const maxIdBytes = 512

/** Indices one store may hold at a time; an event for one more is refused. */
export const maxIndices = 10_000

/** The sentence for an event whose index would be one too many. */
export function tooManyIndices(index: string): string {
  return `the store holds ${maxIndices} indices already and takes no new one; [${index}] would be new`
}

/** Events in one page of a search, at most. */
export const pageEvents = 256

/** Field names remembered for one index in one segment; beyond it every field may be there. */
export const maxFieldNames = 10_000

/** Documents on one page of a find, at most. */
export const maxFindLimit = 10_000

/** Buckets of one histogram, and different values of one count of values; more are a fault. */
export const maxBuckets = 10_000
export const maxTalliedValues = 1_000_000
