import { hashOf } from '#base'
import type { FieldName } from './document.ts'
import type { FieldMapping } from './field-catalogue.ts'
import { nameGlob } from './name-glob.ts'

type Mappings = ReadonlyMap<FieldName, FieldMapping>

/**
 * The names that a pattern with `*` matches, structures left out. Multi-fields take part only where the
 * pattern spells their last part (`process.*.text`), so that `process.*` does not read each value twice.
 */
export function namesMatching(pattern: string, mappings: Mappings): readonly FieldName[] {
  const matches = nameGlob(pattern)
  const tail = pattern.slice(pattern.lastIndexOf('*') + 1)
  return [...mappings.values()]
    .filter(({ name, type, valuesFrom }) => {
      if (type === 'object' || type === 'nested') return false
      if (valuesFrom !== undefined && !tail.endsWith(name.slice(valuesFrom.length + 1)))
        return false
      return matches(name)
    })
    .map(({ name }) => name)
}

/** The longest prefix of a field's name that is mapped `nested`; a nested field is not inside itself. */
export function nestedPathIn(field: FieldName, mappings: Mappings): FieldName | undefined {
  for (let dot = field.lastIndexOf('.'); dot > 0; dot = field.lastIndexOf('.', dot - 1)) {
    const above = field.slice(0, dot)
    if (mappings.get(above)?.type === 'nested') return above
  }
  return undefined
}

/** A key below a `flattened` field is compared like a keyword without limit. */
export function flattenedKeyIn(field: FieldName, mappings: Mappings): FieldMapping | undefined {
  for (let dot = field.lastIndexOf('.'); dot > 0; dot = field.lastIndexOf('.', dot - 1)) {
    if (mappings.get(field.slice(0, dot))?.type === 'flattened') {
      return { name: field, type: 'keyword' }
    }
  }
  return undefined
}

/** A short hash of all that mappings say, and of what they stand on. */
export function versionOf(base: string, mappings: Mappings): string {
  const facts = [...mappings.values()]
    .map((m) => [m.name, m.type, m.ignoreAbove, m.caseless, m.valuesFrom].join('\t'))
    .toSorted()
  return hashOf(base, ...facts).slice(0, 16)
}
