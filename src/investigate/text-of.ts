import type { JsonObject } from '#base'
import { valuesOf, type FieldName } from '#event'

/** The values of a field as texts, whether it is stored dotted or nested. */
export function textsOf(document: JsonObject, field: FieldName): readonly string[] {
  return valuesOf(document, field).map(String)
}

/** The first value of a field as a text; empty where there is none. */
export function textOf(document: JsonObject, field: FieldName): string {
  return textsOf(document, field)[0] ?? ''
}
