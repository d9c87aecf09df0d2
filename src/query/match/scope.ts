import type { FieldName } from '#event'
import type { MatchContext } from './matcher.ts'

/** What a part of a plan is compiled in: the whole document, or one object of a nested field. */
export interface Scope {
  readonly context: MatchContext
  /** The nested field whose objects are matched one by one; undefined for the document. */
  readonly path: FieldName | undefined
}

/** A field's name as seen from inside a scope; undefined for a field that lies outside. */
export function relativeName(field: FieldName, { path }: Scope): FieldName | undefined {
  if (path === undefined) return field
  return field.startsWith(`${path}.`) ? field.slice(path.length + 1) : undefined
}

/** The full name of a field that was met inside a scope. */
export function absoluteName(below: FieldName, { path }: Scope): FieldName {
  return path === undefined ? below : `${path}.${below}`
}
