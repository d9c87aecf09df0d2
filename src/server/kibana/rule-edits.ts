import { canonicalJson, Fault, isJsonObject, type JsonObject, type JsonValue } from '#base'
import { ruleToWire, type Rule } from '#rule'
import { objectsOf } from './rule-wire.ts'

type Edit = (wire: JsonObject, value: JsonValue) => JsonObject

const edits: { readonly [type: string]: Edit } = {
  add_tags: (wire, value) => ({ tags: union(wire['tags'], value) }),
  delete_tags: (wire, value) => ({ tags: difference(wire['tags'], value) }),
  set_tags: (_, value) => ({ tags: textsOf(value) }),
  add_index_patterns: (wire, value) => indexOf(wire, union(wire['index'], value)),
  delete_index_patterns: (wire, value) => indexOf(wire, difference(wire['index'], value)),
  set_index_patterns: (wire, value) => indexOf(wire, textsOf(value)),
  set_timeline: (_, value) => ({
    timeline_id: textIn(value, 'timeline_id'),
    timeline_title: textIn(value, 'timeline_title'),
  }),
  set_schedule: (_, value) => ({
    interval: textIn(value, 'interval'),
    from: `now-${secondsOf(textIn(value, 'interval')) + secondsOf(textIn(value, 'lookback'))}s`,
  }),
  add_investigation_fields: (wire, value) =>
    investigating(union(fieldNamesOf(wire['investigation_fields']), fieldNamesOf(value))),
  delete_investigation_fields: (wire, value) =>
    investigating(difference(fieldNamesOf(wire['investigation_fields']), fieldNamesOf(value))),
  set_investigation_fields: (_, value) => investigating(textsOf(fieldNamesOf(value))),
}

/**
 * The members of a rule's wire form that a list of edits changes; undefined where it changes nothing.
 * Faults: `invalid` for an edit that is not known or has not its shape, or does not fit the rule.
 */
export function editedMembers(rule: Rule, asked: JsonValue | undefined): JsonObject | undefined {
  const list = objectsOf(asked)
  if (list.length === 0) throw invalidEdit('edit: expected a list of edits')
  const before = ruleToWire(rule)
  let after = before
  for (const { type, value } of list) {
    const edit = typeof type === 'string' && Object.hasOwn(edits, type) ? edits[type] : undefined
    if (edit === undefined) {
      throw invalidEdit(`edit: ${String(type)} is not one of ${Object.keys(edits).join(', ')}`)
    }
    after = { ...after, ...edit(after, value ?? null) }
  }
  const changed = Object.entries(after).filter(
    ([name, value]) => canonicalJson(value) !== canonicalJson(before[name] ?? null),
  )
  return changed.length === 0 ? undefined : Object.fromEntries(changed)
}

function invalidEdit(message: string): Fault {
  return new Fault('invalid', 'kibana.invalid-edit', message)
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  const list = Array.isArray(value) ? value : []
  const texts = list.filter((each) => typeof each === 'string')
  if (Array.isArray(value) && texts.length === list.length) return [...new Set(texts)]
  throw invalidEdit('edit: value: expected a list of texts')
}

function union(before: JsonValue | undefined, value: JsonValue): readonly string[] {
  return [...new Set([...textsOf(before ?? []), ...textsOf(value)])]
}

function difference(before: JsonValue | undefined, value: JsonValue): readonly string[] {
  const gone = new Set(textsOf(value))
  return textsOf(before ?? []).filter((text) => !gone.has(text))
}

function indexOf(wire: JsonObject, index: readonly string[]): JsonObject {
  if (wire['type'] === 'machine_learning' || wire['type'] === 'esql') {
    const message = `index patterns cannot be edited: a rule of type ${wire['type']} has none`
    throw new Fault('invalid', 'kibana.no-index', message)
  }
  if (index.length === 0) {
    const message = "index patterns cannot be edited: Index patterns can't be empty"
    throw new Fault('invalid', 'kibana.no-index', message)
  }
  return { index }
}

function textIn(value: JsonValue, name: string): string {
  const text = isJsonObject(value) ? value[name] : undefined
  if (typeof text === 'string') return text
  throw invalidEdit(`edit: value: ${name}: expected a text`)
}

function secondsOf(duration: string): number {
  const match = /^(\d{1,9})([smhd])$/.exec(duration)
  if (match === null) throw invalidEdit(`edit: ${duration} is no duration such as 5m`)
  const seconds = { s: 1, m: 60, h: 3_600, d: 86_400 }
  const unit = match[2]
  return Number(match[1]) * (unit === 'm' || unit === 'h' || unit === 'd' ? seconds[unit] : 1)
}

function fieldNamesOf(value: JsonValue | undefined): JsonValue {
  return isJsonObject(value ?? null) ? (Object(value)['field_names'] ?? []) : []
}

function investigating(names: readonly string[]): JsonObject {
  return { investigation_fields: names.length === 0 ? null : { field_names: names } }
}
