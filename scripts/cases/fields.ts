import { isJsonObject, type JsonValue } from '#base'
import {
  ecsCatalogue,
  fieldTypeOf,
  withMappings,
  type FieldCatalogue,
  type MappingOverride,
} from '#event'
import { objectOf, textOf } from './json.ts'

/** The catalogue that a flat mapping of a case describes, over the fields that we know anyway. */
export function catalogueOf(types: { readonly [name: string]: JsonValue }): FieldCatalogue {
  const overrides: Record<string, MappingOverride> = {}
  for (const [name, described] of Object.entries(types)) add(overrides, name, described)
  return withMappings(ecsCatalogue(), overrides)
}

function add(into: Record<string, MappingOverride>, name: string, described: JsonValue): void {
  if (!isJsonObject(described)) {
    into[name] = fieldTypeOf(textOf(described)) ?? 'keyword'
    return
  }
  const type = fieldTypeOf(textOf(described['type'])) ?? 'object'
  const limit = described['ignore_above']
  const normalizer = described['normalizer']
  into[name] = {
    type,
    ...(typeof limit === 'number' ? { ignore_above: limit } : {}),
    ...(typeof normalizer === 'string' ? { normalizer } : {}),
  }
  for (const part of ['properties', 'fields'] as const) {
    for (const [below, own] of Object.entries(objectOf(described[part]))) {
      add(into, `${name}.${below}`, own)
    }
  }
}
