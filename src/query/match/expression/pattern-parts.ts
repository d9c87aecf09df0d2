import type { GlobPart } from '../../plan/filter-plan.ts'

/** The glob of a pattern in which every `*` and `?` is a wildcard; a row of `*` is one. */
export function patternParts(pattern: string): readonly GlobPart[] {
  return pattern.split(/(\*+|\?)/).flatMap((text): readonly GlobPart[] => {
    if (text === '') return []
    if (text === '?') return [{ kind: 'any-one' }]
    return text.startsWith('*') ? [{ kind: 'any-run' }] : [{ kind: 'literal', text }]
  })
}
