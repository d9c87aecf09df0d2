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

/** Gives the innermost field of one type that a name lies below; a field does not lie below itself. */
export function innermostOf(
  type: 'nested' | 'flattened',
  mappings: Mappings,
): (field: FieldName) => FieldName | undefined {
  const names = new Set(
    [...mappings.values()].filter((mapping) => mapping.type === type).map(({ name }) => name),
  )
  const longest = Math.max(0, ...[...names].map((name) => name.length))
  if (names.size === 0) return () => undefined
  return (field) => {
    // Names may be as long as whoever sent the event likes: what is longer than all that is known is skipped.
    for (
      let dot = field.lastIndexOf('.', longest);
      dot > 0;
      dot = field.lastIndexOf('.', dot - 1)
    ) {
      const above = field.slice(0, dot)
      if (names.has(above)) return above
    }
    return undefined
  }
}

/** The mapping of a key below a `flattened` field: a keyword without limit. */
export function flattenedKey(field: FieldName): FieldMapping {
  return { name: field, type: 'keyword' }
}

/** A short hash of all that mappings say, and of what they stand on. */
export function versionOf(base: string, mappings: Mappings): string {
  const facts = [...mappings.values()]
    .map((m) => [m.name, m.type, m.ignoreAbove, m.caseless, m.valuesFrom].join('\t'))
    .toSorted()
  return hashOf(base, ...facts).slice(0, 16)
}
