import type { JsonObject, JsonValue } from '#base'
import { severities, type Rule, type RuleSeverity } from '#rule'
import { elementsOf, memberAt } from './event-lookup.ts'

/**
 * The severity of an alert: the worst one whose mapping names a value of the event, else the rule's.
 * Only strings and safe integers can be equal to anything.
 */
export function severityOf(rule: Rule, source: JsonObject): RuleSeverity {
  const byRank = rule.severityMapping.toSorted(
    (a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity),
  )
  const matching = byRank.find(({ field, value }) => {
    const wanted = field === 'event.severity' ? wholePart(value) : value
    return elementsOf(memberAt(source, field)).some((element) => comparable(element) === wanted)
  })
  return matching?.severity ?? rule.severity
}

function wholePart(text: string): string {
  return String(Math.floor(Number(text)))
}

function comparable(value: JsonValue): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined
}

/**
 * The risk score of an alert, 0 to 100: the greatest fitting number in the field of the first mapping
 * (numeric strings count, later mappings do not), else the rule's.
 */
export function riskScoreOf(rule: Rule, source: JsonObject): number {
  const [mapping] = rule.riskScoreMapping
  if (mapping === undefined) return rule.riskScore
  const scores = elementsOf(memberAt(source, mapping.field))
    .map(numberOf)
    .filter((score) => score >= 0 && score <= 100)
  return scores.length === 0 ? rule.riskScore : Math.max(...scores)
}

function numberOf(value: JsonValue): number {
  if (typeof value === 'number') return value
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN
}

/** The name that an alert bears: the text in the field that overrides it, else the rule's. */
export function ruleNameOf(rule: Rule, source: JsonObject): string {
  if (rule.ruleNameOverride === undefined) return rule.name
  const [first] = elementsOf(memberAt(source, rule.ruleNameOverride))
  return typeof first === 'string' && first !== '' ? first : rule.name
}
