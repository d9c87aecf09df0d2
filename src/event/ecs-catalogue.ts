import { nearestAmong } from '#base'
import { flattenedKey, innermostOf, namesMatching, versionOf } from './catalogue-parts.ts'
import type { FieldName } from './document.ts'
import type { FieldCatalogue, FieldMapping } from './field-catalogue.ts'
import { fieldTypeOf } from './field-type.ts'
import knownFields from './known-fields.json' with { type: 'json' }

let built: FieldCatalogue | undefined

/**
 * The fields of the Elastic Common Schema and of the endpoint integration. Built at the first call (a few
 * milliseconds, about 3,000 entries) and shared from then on.
 * Names it does not list but that end in `.created`, `.start`, `.end` or `.ingested` are dates.
 */
export function ecsCatalogue(): FieldCatalogue {
  built ??= buildCatalogue()
  return built
}

function buildCatalogue(): FieldCatalogue {
  const mappings = new Map<FieldName, FieldMapping>()
  readTree(knownFields, '', mappings)
  const flattenedAbove = innermostOf('flattened', mappings)
  let version: string | undefined
  let nearest: ReturnType<typeof nearestAmong> | undefined
  return {
    mappingOf(field) {
      const known = mappings.get(field)
      if (known !== undefined) return known
      return flattenedAbove(field) === undefined ? dateByName(field) : flattenedKey(field)
    },
    expand: (pattern) => namesMatching(pattern, mappings),
    nearest(field) {
      nearest ??= nearestAmong(mappings.keys())
      return nearest(field)
    },
    nestedPathOf: innermostOf('nested', mappings),
    names: () => mappings.keys(),
    get version() {
      version ??= versionOf('ecs', mappings)
      return version
    },
  }
}

/** A tree of name parts; the field of a node itself stands under the empty part. */
type FieldTree = { readonly [part: string]: string | FieldTree }

function readTree(tree: FieldTree, prefix: string, into: Map<FieldName, FieldMapping>): void {
  for (const [part, below] of Object.entries(tree)) {
    const name = part === '' ? prefix : prefix === '' ? part : `${prefix}.${part}`
    if (typeof below === 'string') readCode(name, below, into)
    else readTree(below, name, into)
  }
}

/**
 * A field's code is `type:ignore_above+multi+multi`; no type means a keyword cut at 1024 characters, as
 * three fields in four are.
 */
function readCode(name: FieldName, code: string, into: Map<FieldName, FieldMapping>): void {
  const [own = '', ...multiFields] = code.split('+')
  const [type = '', limit] = (own === '' ? 'keyword:1024' : own).split(':')
  const ignoreAbove = limit === undefined ? {} : { ignoreAbove: Number(limit) }
  into.set(name, { name, type: fieldTypeOf(type) ?? 'object', ...ignoreAbove })
  for (const multi of multiFields) {
    const multiName = `${name}.${multi}`
    const mapping: FieldMapping =
      multi === 'caseless'
        ? { name: multiName, type: 'keyword', caseless: true, ignoreAbove: 1024, valuesFrom: name }
        : { name: multiName, type: 'match_only_text', valuesFrom: name }
    into.set(multiName, mapping)
  }
}

function dateByName(field: FieldName): FieldMapping | undefined {
  return /\.(?:created|start|end|ingested)$/.test(field) ? { name: field, type: 'date' } : undefined
}
