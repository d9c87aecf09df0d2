import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import { valuesOf } from '#event'

/** The values of a field, whether it is stored dotted or nested. */
export function valuesIn(document: JsonObject, field: string): readonly string[] {
  return valuesOf(document, field).map(String)
}

/** The first value of a field; empty where there is none. */
export function valueOf(document: JsonObject, field: string): string {
  return valuesIn(document, field)[0] ?? ''
}

/** Every leaf of a document by its dotted name. */
export function fieldsOf(
  value: JsonValue,
  path = '',
): readonly (readonly [name: string, value: string])[] {
  if (!isJsonObject(value))
    return [[path, typeof value === 'string' ? value : JSON.stringify(value)]]
  return Object.entries(value).flatMap(([name, member]) =>
    fieldsOf(member, path === '' ? name : `${path}.${name}`),
  )
}
