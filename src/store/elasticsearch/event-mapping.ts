import { canonicalJson, hashOf, type JsonObject } from '#base'
import { familyOf, type FieldCatalogue, type FieldMapping, type FieldName } from '#event'

/** How a field of events is indexed, so that a query of the cluster can be told which values it sees. */
export type IndexedAs = 'keyword' | 'number' | 'boolean' | 'ip'

/** Of each field that the cluster indexes, the mapping that it stands for; undefined for one that is kept but not indexed. */
export type EventIndexing = (
  field: FieldName,
) => { readonly as: IndexedAs; readonly mapping: FieldMapping } | undefined

/** What Vedette itself writes into each event, below `vedette`; an event with a member of that name is kept as text. */
const ownProperties: JsonObject = {
  index: { type: 'keyword' },
  id: { type: 'keyword' },
  sequence: { type: 'long' },
  ingested_ms: { type: 'double' },
  bytes: { type: 'long' },
  fields: { type: 'keyword' },
  as_text: { type: 'boolean' },
  source: { type: 'keyword', index: false, doc_values: false },
  times: { properties: { timestamp: { type: 'double' }, ingested: { type: 'double' } } },
}

/** The indexing of a catalogue's fields. */
export function eventIndexing(fields: FieldCatalogue): EventIndexing {
  const indexed = new Map(indexedFields(fields).map((each) => [each.mapping.name, each]))
  return (field) => indexed.get(field)
}

/**
 * The mapping of a stream of events. Fields that it does not list are kept and not indexed. Nothing malformed is
 * passed over: an event with a value that its field cannot hold is refused, and then kept as text.
 */
export function eventMappings(fields: FieldCatalogue): JsonObject {
  const tree: Tree = new Map()
  for (const { as, mapping } of indexedFields(fields))
    plant(tree, mapping.name.split('.'), typeOf(as, mapping))
  const properties = {
    ...propertiesOf(tree),
    '@timestamp': { type: 'date' },
    vedette: { properties: ownProperties },
  }
  const version = hashOf(canonicalJson(properties))
  return { _meta: { version }, dynamic: false, properties }
}

function indexedFields(
  fields: FieldCatalogue,
): readonly { readonly as: IndexedAs; readonly mapping: FieldMapping }[] {
  const names = new Set(fields.names())
  return [...names].flatMap((name) => {
    const mapping = fields.mappingOf(name)
    const as = mapping && indexedAs(mapping)
    if (mapping === undefined || as === undefined || mapping.valuesFrom !== undefined) return []
    if (fields.nestedPathOf(name) !== undefined || hasLeafAbove(name, names, fields)) return []
    return [{ as, mapping }]
  })
}

/** Times stand in `vedette.times`, text is broken into words by rules of its own, structures hold no values. */
function indexedAs({ type }: FieldMapping): IndexedAs | undefined {
  if (type === 'version') return undefined
  const family = familyOf(type)
  return family === 'keyword' || family === 'number' || family === 'boolean' || family === 'ip'
    ? family
    : undefined
}

/** A cluster has no field below one that holds values itself. */
function hasLeafAbove(
  name: FieldName,
  names: ReadonlySet<FieldName>,
  fields: FieldCatalogue,
): boolean {
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const above = name.slice(0, dot)
    const mapping = names.has(above) ? fields.mappingOf(above) : undefined
    if (mapping !== undefined && familyOf(mapping.type) !== 'structure') return true
  }
  return false
}

/** Numbers are doubles, as queries compare them; every kind of keyword is one. */
function typeOf(as: IndexedAs, { ignoreAbove }: FieldMapping): JsonObject {
  if (as === 'number') return { type: 'double' }
  if (as !== 'keyword') return { type: as }
  return { type: 'keyword', ...(ignoreAbove !== undefined && { ignore_above: ignoreAbove }) }
}

type Tree = Map<string, Tree | JsonObject>

function plant(tree: Tree, [part = '', ...rest]: readonly string[], type: JsonObject): void {
  if (rest.length === 0) {
    tree.set(part, type)
    return
  }
  const known = tree.get(part)
  const below: Tree = known instanceof Map ? known : new Map()
  tree.set(part, below)
  plant(below, rest, type)
}

function propertiesOf(tree: Tree): JsonObject {
  return Object.fromEntries(
    [...tree].map(([name, below]) => [
      name,
      below instanceof Map ? { properties: propertiesOf(below) } : below,
    ]),
  )
}
