import { Fault } from '#base'

/** Hits that one request may ask for, `from` included. Elasticsearch has the same limit. */
export const maxHits = 10_000

/** Buckets in one answer. Elasticsearch has the same limit. */
export const maxAnsweredBuckets = 65_536

/** Different values and groups that one request may hold while it counts. */
const maxHeldValues = 500_000

/** JSON text of the documents that one request may hold, characters. */
const maxHeldText = 64 * 1024 * 1024

/** How deep aggregations may nest. */
export const maxAggregationDepth = 10

/** What one request holds and answers; each call fails with a `too-large` fault beyond the limits. */
export interface Budget {
  /** One more value or group is held. */
  value(): void
  /** So many characters of documents more, or less where negative. */
  text(characters: number): void
  /** So many buckets of the answer more. */
  buckets(count: number): void
}

/** A {@link Budget} of which nothing is spent. */
export function openBudget(): Budget {
  let [values, characters, buckets] = [0, 0, 0]
  return {
    value() {
      if (++values <= maxHeldValues) return
      throw tooLarge(
        'search.too-many-values',
        `the aggregations would hold more than ${maxHeldValues} values and groups; ask for less time or fewer levels, or page through a composite aggregation`,
      )
    },
    text(more) {
      characters += more
      if (characters <= maxHeldText) return
      throw tooLarge(
        'search.too-much-text',
        `the documents asked for have more than ${maxHeldText} characters together; ask for fewer (size) or for parts of them (_source)`,
      )
    },
    buckets(count) {
      buckets += count
      if (buckets <= maxAnsweredBuckets) return
      throw tooLarge(
        'search.too-many-buckets',
        `the answer would have more than ${maxAnsweredBuckets} buckets; ask for fewer (size), for wider ones, or page through a composite aggregation`,
      )
    },
  }
}

function tooLarge(code: string, message: string): Fault {
  return new Fault('invalid', code, message)
}
