import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import { listAt, objectAt, wordAt, wrongAt } from '../read/members.ts'

/** A bucket before it is sorted. */
export interface SortableBucket<Key> {
  readonly key: Key
  readonly documents: number
  /** What the aggregations within came to. */
  readonly inner: JsonObject
}

type CompareBuckets<Key> = (a: SortableBucket<Key>, b: SortableBucket<Key>) => number

/** Reads `order`: by `_count`, by `_key`, or by a number within (`max_risk`, `risk.max`); ties by key. */
export function readOrder<Key>(
  value: JsonValue | undefined,
  at: string,
  {
    compareKeys,
    byDefault,
    innerNames,
  }: {
    readonly compareKeys: (a: Key, b: Key) => number
    readonly byDefault: JsonObject
    readonly innerNames: readonly string[]
  },
): CompareBuckets<Key> {
  const byKey: CompareBuckets<Key> = (a, b) => compareKeys(a.key, b.key)
  const orders = listAt(value ?? byDefault).flatMap((each, position) =>
    Object.entries(objectAt(each, `${at}[${position}]`)).map(
      ([name, direction]): CompareBuckets<Key> => {
        const sign = wordAt(direction, `${at}.${name}`, ['asc', 'desc']) === 'asc' ? 1 : -1
        if (name === '_count') return (a, b) => sign * (a.documents - b.documents)
        if (name === '_key' || name === '_term') return (a, b) => sign * byKey(a, b)
        const [inner = '', member = 'value'] = name.split('.')
        if (!innerNames.includes(inner)) {
          throw wrongAt(
            `${at}.${name}`,
            'must be _count, _key, or the name of an aggregation within',
          )
        }
        return (a, b) =>
          compareNumbers(numberIn(a.inner, inner, member), numberIn(b.inner, inner, member), sign)
      },
    ),
  )
  return (a, b) => {
    for (const order of orders) {
      const found = order(a, b)
      if (found !== 0) return found
    }
    return byKey(a, b)
  }
}

function numberIn(inner: JsonObject, name: string, member: string): number | undefined {
  const result = inner[name]
  const value = isJsonObject(result) ? result[member] : undefined
  return typeof value === 'number' ? value : undefined
}

/** Buckets without the number come last, whichever way the others stand. */
function compareNumbers(a: number | undefined, b: number | undefined, sign: number): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
  return sign * (a - b)
}
