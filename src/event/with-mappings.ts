import { nearestAmong } from '#base'
import { flattenedKey, innermostOf, namesMatching, versionOf } from './catalogue-parts.ts'
import type { FieldName } from './document.ts'
import type { FieldCatalogue, FieldMapping, FieldType } from './field-catalogue.ts'

/** One field as Elasticsearch mappings write it, or its type alone. */
export type MappingOverride =
  | FieldType
  | {
      readonly type: FieldType
      /** Longer strings are not indexed. */
      readonly ignore_above?: number
      /** `lowercase` compares without regard to case. */
      readonly normalizer?: string
      /** Multi-fields by the part that their name adds. */
      readonly fields?: { readonly [part: string]: MappingOverride }
    }

/** A catalogue that knows these fields, and every other one as `base` does. An override replaces the whole mapping of its name. */
export function withMappings(
  base: FieldCatalogue,
  overrides: Readonly<Record<FieldName, MappingOverride>>,
): FieldCatalogue {
  const own = new Map<FieldName, FieldMapping>()
  for (const [name, override] of Object.entries(overrides)) addMapping(own, name, override)
  const flattenedAbove = innermostOf('flattened', own)
  const nestedAbove = innermostOf('nested', own)
  let version: string | undefined
  let nearest: ReturnType<typeof nearestAmong> | undefined
  const allNames = () => new Set([...own.keys(), ...base.names()])
  return {
    mappingOf(field) {
      const known = own.get(field)
      if (known !== undefined) return known
      return flattenedAbove(field) === undefined ? base.mappingOf(field) : flattenedKey(field)
    },
    expand: (pattern) => [
      ...namesMatching(pattern, own),
      ...base.expand(pattern).filter((name) => !own.has(name)),
    ],
    nearest(field) {
      nearest ??= nearestAmong(allNames())
      return nearest(field)
    },
    nestedPathOf: (field) => longest(nestedAbove(field), base.nestedPathOf(field), own),
    names: allNames,
    get version() {
      version ??= versionOf(base.version, own)
      return version
    },
  }
}

/** A catalogue that knows no field: every value is compared by its JSON type. */
export function emptyCatalogue(): FieldCatalogue {
  return {
    mappingOf: () => undefined,
    expand: () => [],
    nearest: () => undefined,
    nestedPathOf: () => undefined,
    names: () => [],
    version: 'empty',
  }
}

function addMapping(
  into: Map<FieldName, FieldMapping>,
  name: FieldName,
  override: MappingOverride,
  valuesFrom?: FieldName,
): void {
  const { type, ...rest } = typeof override === 'string' ? { type: override } : override
  const ignoreAbove = 'ignore_above' in rest ? rest.ignore_above : undefined
  into.set(name, {
    name,
    type,
    ...(ignoreAbove === undefined ? {} : { ignoreAbove }),
    ...('normalizer' in rest && rest.normalizer === 'lowercase' ? { caseless: true } : {}),
    ...(valuesFrom === undefined ? {} : { valuesFrom }),
  })
  const fields = 'fields' in rest ? (rest.fields ?? {}) : {}
  for (const [part, multi] of Object.entries(fields)) {
    addMapping(into, `${name}.${part}`, multi, valuesFrom ?? name)
  }
}

/** The inner one of two nested paths of one field; the base's counts unless its own name was overridden. */
function longest(
  own: FieldName | undefined,
  based: FieldName | undefined,
  overridden: ReadonlyMap<FieldName, FieldMapping>,
): FieldName | undefined {
  if (based === undefined || overridden.has(based)) return own
  return own === undefined || based.length > own.length ? based : own
}
