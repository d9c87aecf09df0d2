import type { GlobPart } from './filter-plan.ts'

/** A glob as people write it, `*` for any run and `?` for any one character, nothing escaped. */
export function globText(parts: readonly GlobPart[]): string {
  return parts
    .map((part) => {
      if (part.kind === 'literal') return part.text
      return part.kind === 'any-run' ? '*' : '?'
    })
    .join('')
}
