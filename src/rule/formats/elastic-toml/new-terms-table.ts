import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import type { MemberPath } from '../../wire/member-path.ts'

/**
 * A rule's wire form from its TOML table, where new terms are written as
 * `[rule.new_terms]` (field, value) with `[[rule.new_terms.history_window_start]]` (field, value).
 * A table that says anything else stays as it is, to be reported as unknown.
 */
export function newTermsFromTable(wire: JsonValue): JsonValue {
  if (!isJsonObject(wire) || !isJsonObject(wire['new_terms'])) return wire
  const { new_terms: table, ...rest } = wire
  if (!isNamed(table, 'new_terms_fields', ['field', 'value', 'history_window_start'])) return wire
  const { value: fields, history_window_start: windows = [] } = table
  if (!Array.isArray(windows) || windows.length > 1) return wire
  const window: JsonValue | undefined = windows[0]
  if (window === undefined)
    return { ...rest, ...(fields === undefined ? {} : { new_terms_fields: fields }) }
  if (!isNamed(window, 'history_window_start', ['field', 'value'])) return wire
  const start = window['value']
  return {
    ...rest,
    ...(fields === undefined ? {} : { new_terms_fields: fields }),
    ...(start === undefined ? {} : { history_window_start: start }),
  }
}

function isNamed(
  table: JsonValue | undefined,
  field: string,
  keys: readonly string[],
): table is JsonObject {
  if (!isJsonObject(table)) return false
  return table['field'] === field && Object.keys(table).every((key) => keys.includes(key))
}

/** The reverse of {@link newTermsFromTable}. */
export function newTermsToTable(wire: JsonObject): JsonObject {
  const { new_terms_fields: fields, history_window_start: history, ...rest } = wire
  if (wire['type'] !== 'new_terms' || fields === undefined || history === undefined) return wire
  const window = [{ field: 'history_window_start', value: history }]
  return {
    ...rest,
    new_terms: { field: 'new_terms_fields', value: fields, history_window_start: window },
  }
}

/** Where such a table would have a member of the wire form. */
export function newTermsPaths([member, ...inner]: MemberPath): readonly MemberPath[] {
  if (member === 'new_terms_fields') return [['rule', 'new_terms', 'value', ...inner]]
  if (member !== 'history_window_start') return []
  return [['rule', 'new_terms', 'history_window_start', 0, 'value']]
}
