import type { FieldCatalogue, FieldName } from '#event'
import type { IndexFacts } from '#store'
import type { EventReader } from '../execution/event-reader.ts'

/**
 * What a store can say of its indices without its events being read through. Remembers what it was asked:
 * one of these serves one report, and is then out of date.
 */
export interface StoreKnowledge {
  /** Concrete indices with documents that patterns mean. */
  indicesOf(patterns: readonly string[]): Promise<readonly string[]>
  /** False only where no document of the index has the field, or an object of that name. */
  mayHaveField(index: string, field: FieldName): Promise<boolean>
  /** False only where no document of the index holds exactly this value of a keyword field. */
  mayHaveValue(index: string, field: FieldName, value: string): Promise<boolean>
  /** Between which times the events of some indices lie, epoch milliseconds; undefined where none has one. */
  spanOf(
    indices: readonly string[],
  ): { readonly firstMs: number; readonly lastMs: number } | undefined
}

/** Asks a reader; `facts` are those of the same moment. */
export function storeKnowledge({
  reader,
  facts,
  fields,
  nowMs,
}: {
  readonly reader: Pick<EventReader, 'search' | 'indicesWith'>
  readonly facts: readonly IndexFacts[]
  readonly fields: FieldCatalogue
  readonly nowMs: number
}): StoreKnowledge {
  const factsByIndex = new Map(facts.map((each) => [each.index, each]))
  const indicesOf = remembered((patterns: readonly string[]) => reader.indicesWith(patterns))
  const indicesWithField = remembered(
    async ([field = '']: readonly string[]) => new Set(await reader.indicesWith(everyIndex, field)),
  )
  const holdsValue = remembered(async ([index = '', field = '', value = '']: readonly string[]) => {
    const pages = reader.search({
      indices: [index],
      filter: {
        kind: 'match',
        field: { kind: 'field', name: field },
        literal: { value, quoted: true },
      },
      context: { fields, nowMs },
      order: 'sequence',
      limit: 1,
    })
    for await (const page of pages) if (page.length > 0) return true
    return false
  })
  return {
    indicesOf,
    mayHaveField: async (index, field) => (await indicesWithField([field])).has(index),
    // Alerts are no events: the store has no facts of them, and looking for a value would read them all.
    mayHaveValue: async (index, field, value) =>
      !factsByIndex.has(index) || holdsValue([index, field, value]),
    spanOf(indices) {
      const times = indices.flatMap((index) => {
        const { firstMs, lastMs } = factsByIndex.get(index) ?? {}
        return firstMs === undefined || lastMs === undefined ? [] : [{ firstMs, lastMs }]
      })
      if (times.length === 0) return undefined
      return {
        firstMs: Math.min(...times.map(({ firstMs }) => firstMs)),
        lastMs: Math.max(...times.map(({ lastMs }) => lastMs)),
      }
    },
  }
}

const everyIndex = ['*', '.*']

function remembered<T>(
  ask: (key: readonly string[]) => Promise<T>,
): (key: readonly string[]) => Promise<T> {
  const answers = new Map<string, Promise<T>>()
  return (key) => {
    const text = JSON.stringify(key)
    const known = answers.get(text) ?? ask(key)
    answers.set(text, known)
    return known
  }
}
