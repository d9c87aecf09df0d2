import type { FieldCatalogue, FieldMapping } from '#event'

const suffix = '.keyword'

/**
 * A catalogue in which every field that nobody has described has a `.keyword` beside it, as Elasticsearch makes one
 * for the texts that it meets first: clients sort and count by it.
 */
export function withKeywordFields(base: FieldCatalogue): FieldCatalogue {
  return {
    ...base,
    // A version that costs something stays one that is asked for.
    get version() {
      return `${base.version}${suffix}`
    },
    mappingOf: (field) => base.mappingOf(field) ?? keywordOf(field, base),
  }
}

function keywordOf(field: string, base: FieldCatalogue): FieldMapping | undefined {
  if (!field.endsWith(suffix)) return undefined
  const from = field.slice(0, -suffix.length)
  const described = base.mappingOf(from)
  if (described !== undefined) return undefined
  return { name: field, type: 'keyword', ignoreAbove: 256, valuesFrom: from }
}
