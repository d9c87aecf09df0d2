import { type JsonObject } from '#base'
import {
  emptyCatalogue,
  fieldTypeOf,
  withMappings,
  type FieldCatalogue,
  type MappingOverride,
} from '#event'
import { textOf } from '../json.ts'

type Mappings = Readonly<Record<string, MappingOverride>>

/** A text whose exact values are those of its `keyword` part, as dynamic mapping makes it. */
export const dynamicText: MappingOverride = {
  type: 'text',
  fields: { keyword: { type: 'keyword', ignore_above: 256 } },
}

/** The mappings that EQL vectors describe in words: names, several with commas, and a type with remarks. */
export function mappingsOf(described: JsonObject): Mappings {
  const mappings: Record<string, MappingOverride> = {}
  for (const [names, words] of Object.entries(described)) {
    const mapping = mappingOf(textOf(words))
    if (mapping === undefined) continue
    for (const name of names.split(',')) mappings[name] = mapping
  }
  return mappings
}

/** A catalogue of these fields, and no others. */
export function catalogueOf(mappings: Mappings): FieldCatalogue {
  return withMappings(emptyCatalogue(), mappings)
}

function mappingOf(words: string): MappingOverride | undefined {
  if (/^text (?:\+|with) keyword sub-field/.test(words)) return dynamicText
  if (words.startsWith('alias of') || words.startsWith('dynamic')) return undefined
  const [first = ''] = /^[a-z_]+/.exec(words) ?? []
  if (first === 'geo_shape') return 'geo_point'
  return fieldTypeOf(first) ?? 'binary'
}
