import type { FieldCatalogue } from '#event'
import type { SearchRequest } from '#store'

const noFields: FieldCatalogue = {
  mappingOf: () => undefined,
  expand: () => [],
  nearest: () => undefined,
  nestedPathOf: () => undefined,
  names: () => [],
  version: 'none',
}

/** A search for everything that a store holds, as it was accepted. */
export const everyEvent: SearchRequest = {
  // A star alone means no index whose name begins with a dot.
  indices: ['*', '.*'],
  filter: { kind: 'all' },
  context: { fields: noFields, nowMs: 0 },
  order: 'sequence',
}
