import type { FieldCatalogue, FieldMapping, FieldName, FieldValue } from '#event'

/**
 * Whether a search can see a field at all: fields below a `nested` object only from inside a nested query
 * for exactly that object, other fields only from outside.
 */
export function isVisible(
  field: FieldName,
  scopePath: FieldName | undefined,
  fields: FieldCatalogue,
): boolean {
  const nestedPath = fields.nestedPathOf(field)
  if (scopePath === undefined) return nestedPath === undefined
  if (nestedPath === undefined || nestedPath === scopePath) return true
  return scopePath.startsWith(`${nestedPath}.`)
}

/** Whether a value is indexed: strings longer than `ignore_above` are not, as if they were missing. */
export function isIndexed(value: FieldValue, mapping: FieldMapping | undefined): boolean {
  const limit = mapping?.ignoreAbove
  return limit === undefined || typeof value !== 'string' || value.length <= limit
}
