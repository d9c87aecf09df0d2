import { forEachLeaf, type FieldCatalogue, type FieldType } from '#event'
import type { FilterPlan } from '#query'
import { documentsOf } from './documents.ts'
import type { SearchWorld } from './world.ts'

/** So many of the newest events are looked at for the names of their fields. */
export const sampledEvents = 1_000

/** Names that are told, at most. */
const maxNames = 10_000

const everything: FilterPlan = { kind: 'all' }

/** The fields of the newest events of some indices, by name, with the type by which they are compared. */
export async function storedFields(
  world: SearchWorld,
  indices: readonly string[],
  { fields, signal }: { readonly fields: FieldCatalogue; readonly signal: AbortSignal },
): Promise<ReadonlyMap<string, FieldType>> {
  const found = new Map<string, FieldType>()
  const context = { fields, nowMs: world.clock.nowMs() }
  let events = 0
  const order = 'time-descending'
  for await (const page of documentsOf(world, {
    indices,
    filter: everything,
    context,
    order,
    signal,
  })) {
    for (const { source } of page) {
      if (events++ >= sampledEvents) return sorted(found)
      forEachLeaf(source, (name, value) => {
        if (found.size < maxNames && !found.has(name)) found.set(name, typeOf(name, value, fields))
      })
    }
  }
  return sorted(found)
}

/** A field that nobody has described is compared by the type of its value. */
function typeOf(name: string, value: string | number | boolean, fields: FieldCatalogue): FieldType {
  const known = fields.mappingOf(name)
  if (known !== undefined) return known.type
  if (typeof value === 'string') return 'keyword'
  if (typeof value === 'boolean') return 'boolean'
  return Number.isInteger(value) ? 'long' : 'double'
}

function sorted(found: ReadonlyMap<string, FieldType>): ReadonlyMap<string, FieldType> {
  return new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
