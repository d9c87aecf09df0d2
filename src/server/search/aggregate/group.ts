import type { JsonObject } from '#base'
import type { FoundDocument } from '../found-document.ts'
import type { Budget } from '../limits.ts'
import type { OpenTally, Tally } from './aggregation.ts'

/** The documents of one bucket. */
export interface Group {
  documents: number
  readonly within: Tally
}

/** Buckets by key, made when the first document of one comes. */
export interface Groups<Key> {
  add(key: Key, document: FoundDocument): void
  readonly byKey: Map<Key, Group>
}

/** No buckets yet. */
export function openGroups<Key>(inner: OpenTally, budget: Budget): Groups<Key> {
  const byKey = new Map<Key, Group>()
  return {
    byKey,
    add(key, document) {
      let group = byKey.get(key)
      if (group === undefined) {
        budget.value()
        group = { documents: 0, within: inner() }
        byKey.set(key, group)
      }
      group.documents++
      group.within.add(document)
    },
  }
}

/** A bucket as it is told, after its key. */
export function toldGroup({ documents, within }: Group): JsonObject {
  return { doc_count: documents, ...within.result() }
}
