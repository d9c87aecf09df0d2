import { isJsonObject, type JsonObject, type JsonValue } from '#base'

/** A text of a rule's wire form; empty where there is none. */
export function textIn(rule: JsonObject, name: string): string {
  const value = rule[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** Texts of a list in a rule's wire form. */
export function textsIn(rule: JsonObject, name: string): readonly string[] {
  const value = rule[name]
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

/** Objects of a list in a wire form. */
export function objectsIn(rule: JsonObject, name: string): readonly JsonObject[] {
  const value = rule[name]
  return Array.isArray(value) ? value.filter((each) => isJsonObject(each)) : []
}

/** An object in a wire form; empty where there is none. */
export function objectIn(rule: JsonObject, name: string): JsonObject {
  const value = rule[name]
  return value !== undefined && isJsonObject(value) ? value : {}
}

/** The same rule with some members changed; `undefined` takes one away. */
export function withMembers(
  rule: JsonObject,
  members: { readonly [name: string]: JsonValue | undefined },
): JsonObject {
  const all = Object.entries({ ...rule, ...members })
  return Object.fromEntries(
    all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

/** The words of a text with commas between. */
export function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
}

/** The language of a rule's query. */
export function languageOf(rule: JsonObject): 'kuery' | 'lucene' | 'eql' | 'esql' {
  const { type } = rule
  if (type === 'eql' || type === 'esql') return type
  return rule['language'] === 'lucene' ? 'lucene' : 'kuery'
}

/** Whether a rule of this type asks by a text that can be edited here. */
export function hasQuery(rule: JsonObject): boolean {
  return ['query', 'eql', 'esql', 'threshold', 'new_terms', 'threat_match'].includes(
    textIn(rule, 'type'),
  )
}
