import type { JsonObject } from '#base'
import { maxAnsweredBuckets, type Budget } from '../limits.ts'
import type { OpenTally } from './aggregation.ts'
import { toldGroup, type Group } from './group.ts'

/** Which buckets of a row are told. */
export interface Row {
  /** Buckets with fewer documents are left out; 0: those without any are told between the others. */
  readonly least: number
  next(key: number): number
  /** Buckets are told at least from here to there. */
  readonly extended?: { readonly from: number; readonly to: number } | undefined
}

/** The buckets of a row, in order, each as it is told after its key. Fault `invalid` when they are too many. */
export function filledBuckets(
  groups: ReadonlyMap<number, Group>,
  row: Row,
  { inner, budget }: { readonly inner: OpenTally; readonly budget: Budget },
): readonly (readonly [key: number, told: JsonObject])[] {
  const keys = [...groups.keys()].toSorted((a, b) => a - b)
  const wanted = row.least > 0 ? keys : withEmptyOnes(keys, row)
  const told = wanted.flatMap((key) => {
    const group = groups.get(key) ?? { documents: 0, within: inner() }
    return group.documents < row.least ? [] : [[key, toldGroup(group)] as const]
  })
  budget.buckets(told.length)
  return told
}

function withEmptyOnes(keys: readonly number[], { next, extended }: Row): readonly number[] {
  const first = Math.min(keys[0] ?? Infinity, extended?.from ?? Infinity)
  const last = Math.max(keys.at(-1) ?? -Infinity, extended?.to ?? -Infinity)
  const all: number[] = []
  // One more than may be told is enough to be refused.
  for (let key = first; key <= last && all.length <= maxAnsweredBuckets;) {
    all.push(key)
    const after = next(key)
    if (!(after > key)) break
    key = after
  }
  return all
}
