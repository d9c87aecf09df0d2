import type { JsonObject, JsonValue } from '#base'
import { withAlertAliases } from '#detect'
import { familyOf, nameGlob, type FieldType } from '#event'
import { filterAt } from '../read/query.ts'
import { demandIndices, type SearchCall, type SearchRoute } from '../call.ts'
import { documentsOf } from '../documents.ts'
import { objectOf, textsAt, wrongAt } from '../read/members.ts'
import { storedFields } from '../stored-fields.ts'
import { indexParameters } from './search.ts'

/** Which fields there are, and of what type. */
export const fieldRoutes: readonly SearchRoute[] = [
  ...['/_field_caps', '/{index}/_field_caps'].map((path): SearchRoute => ({
    methods: ['GET', 'POST'],
    path,
    needs: 'read',
    parameters: [
      ...indexParameters,
      'fields',
      'include_unmapped',
      'filters',
      'types',
      'include_empty_fields',
    ],
    answer: answerFieldCaps,
  })),
  ...['/_mapping', '/{index}/_mapping', '/_mappings', '/{index}/_mappings'].map(
    (path): SearchRoute => ({
      methods: ['GET'],
      path,
      needs: 'read',
      parameters: [...indexParameters, 'include_type_name', 'local', 'master_timeout'],
      answer: async (call) => ({ status: 200, body: await mappingsOf(call) }),
    }),
  ),
]

/** `mappings` by index, each with the fields of its newest events. */
export async function mappingsOf(call: SearchCall): Promise<JsonObject> {
  await demandIndices(call, call.indices)
  const { world, indices } = call
  const told: { [index: string]: JsonValue } = {}
  for (const index of await world.events.indicesWith(withAlertAliases(indices))) {
    told[index] = { mappings: propertiesOf(await storedFields(world, [index], call)) }
  }
  return told
}

interface Tree {
  type?: FieldType
  readonly below: Map<string, Tree>
}

function propertiesOf(fields: ReadonlyMap<string, FieldType>): JsonObject {
  const top: Tree = { below: new Map() }
  for (const [name, type] of fields) {
    let node = top
    for (const part of name.split('.')) {
      const next = node.below.get(part) ?? { below: new Map() }
      node.below.set(part, next)
      node = next
    }
    node.type = type
  }
  return toldTree(top)
}

function toldTree({ type, below }: Tree): JsonObject {
  const own = type === undefined ? {} : { type }
  if (below.size === 0) return own
  const properties = Object.fromEntries([...below].map(([part, tree]) => [part, toldTree(tree)]))
  // A field cannot have a type and others below it at once: what is below tells more.
  return { properties }
}

async function answerFieldCaps(call: SearchCall) {
  const { world, indices, query, fields } = call
  const body = objectOf((await call.body()) ?? {}, 'body', [
    'fields',
    'index_filter',
    'runtime_mappings',
  ])
  const inAddress = (query.get('fields') ?? '').split(',').filter((name) => name !== '')
  const patterns = [...inAddress, ...textsAt(body['fields'], 'fields')]
  if (patterns.length === 0)
    throw wrongAt('fields', 'must name at least one field, or a pattern such as *')
  await demandIndices(call, indices)
  const told = new Map<string, FieldType>()
  const tests = patterns.filter((pattern) => pattern.includes('*')).map(nameGlob)
  // Index by index: where one has nearly all events, those of the others would be none of the newest.
  for (const index of tests.length === 0 ? [] : await indicesMeant(call, undefined)) {
    for (const [name, type] of await storedFields(world, [index], call)) {
      if (!told.has(name) && tests.some((test) => test(name))) told.set(name, type)
    }
  }
  for (const name of patterns) {
    if (name.includes('*') || told.has(name)) continue
    const mapping = fields.mappingOf(name)
    const from = mapping?.valuesFrom ?? name
    if ((await world.events.indicesWith(withAlertAliases(indices), from)).length > 0) {
      told.set(name, mapping?.type ?? 'keyword')
    }
  }
  const found = await indicesMeant(call, body['index_filter'])
  return {
    status: 200,
    body: { indices: found, fields: Object.fromEntries([...told].map(capsOf)) },
  }
}

/** The indices that hold something, with a filter only those that hold something that it means. */
async function indicesMeant(
  { world, indices, fields, signal }: SearchCall,
  filter: JsonValue | undefined,
): Promise<readonly string[]> {
  const found = await world.events.indicesWith(withAlertAliases(indices))
  if (filter === undefined) return found
  const plan = filterAt(filter, 'index_filter', fields)
  const context = { fields, nowMs: world.clock.nowMs() }
  const meant: string[] = []
  for (const index of found) {
    for await (const page of documentsOf(world, {
      indices: [index],
      filter: plan,
      context,
      signal,
    })) {
      if (page.length === 0) continue
      meant.push(index)
      break
    }
  }
  return meant
}

function capsOf([name, type]: readonly [string, FieldType]): readonly [string, JsonObject] {
  const family = familyOf(type)
  const isCounted = family !== 'text' && family !== 'structure' && family !== 'opaque'
  return [
    name,
    { [type]: { type, metadata_field: false, searchable: true, aggregatable: isCounted } },
  ]
}
