import type { Diagnostic } from '#base'
import type { Rule } from '#rule'
import { isoOf } from '../execution/execution-record.ts'
import { reasonCodes, type DataSource, type ReadinessReason } from './readiness.ts'
import { needKey, type UnmetNeed } from './unmet-needs.ts'

/** A reason that is all said in one sentence, and keeps the rule from firing. */
export function plainReason(code: string, message: string): ReadinessReason {
  return { code, weight: 'blocks', message }
}

/** What is wrong with the rule's text, or not done in this version. */
export function textReason({ code, message, help }: Diagnostic): ReadinessReason {
  return { ...plainReason(code, message), ...(help !== undefined && { help }) }
}

/** Nothing is stored that the rule reads. */
export function noDataReason(patterns: readonly string[], rule: Rule): ReadinessReason {
  const names = rule.relatedIntegrations.map(({ package: name, integration, version }) => {
    const whole = integration === undefined ? name : `${name}/${integration}`
    return version === '' ? whole : `${whole} ${version}`
  })
  const help =
    names.length === 0
      ? 'send such events by `POST /_bulk`, or give the rule the indices that you have'
      : `send the events of ${some(names, 'or')}: the integrations that the rule is made for`
  return {
    ...plainReason(reasonCodes.noData, `there are no events in ${some(patterns, 'or')}`),
    help,
  }
}

/** A source that writes what the rule reads does not do so, or not all of it. */
export function sourceOffReason(
  { title, problem, help, indices }: DataSource,
  weight: ReadinessReason['weight'],
): ReadinessReason {
  return {
    code: reasonCodes.sourceOff,
    weight,
    message: `${title}, which writes ${some(indices, 'and')}: ${problem}`,
    ...(help !== undefined && { help }),
    indices,
  }
}

/** What no index has, each thing once with the indices that lack it. */
export function unmetReasons(
  unmetByIndex: ReadonlyMap<string, readonly UnmetNeed[]>,
): readonly ReadinessReason[] {
  const found = new Map<string, { readonly need: UnmetNeed; readonly indices: string[] }>()
  for (const [index, needs] of unmetByIndex) {
    for (const need of needs) {
      const key = needKey(need)
      const known = found.get(key) ?? { need, indices: [] }
      known.indices.push(index)
      found.set(key, known)
    }
  }
  return [...found.values()]
    .toSorted((a, b) => b.indices.length - a.indices.length)
    .map(({ need, indices }) => unmetReason(need, indices))
}

const codes = {
  field: reasonCodes.fieldNeverPresent,
  value: reasonCodes.valueNeverSeen,
  nothing: reasonCodes.matchesNothing,
} as const

function unmetReason(need: UnmetNeed, indices: readonly string[]): ReadinessReason {
  const { kind, fields, values, isNearest } = need
  const where = some(indices, 'or')
  const messages = {
    field: () => `no event in ${where} has ${some(fields, 'or')}`,
    value: () => `no event in ${where} has ${fields[0]}: ${some(values, 'or')}`,
    nothing: () => 'no event can match its query',
  }
  const also = isNearest === true ? '; other ways to match its query lack more' : ''
  return {
    ...plainReason(codes[kind], `${messages[kind]()}${also}`),
    ...(kind !== 'nothing' && { fields, indices }),
    ...(kind === 'value' && { values }),
  }
}

/** No indicators. */
export function nothingToCompareReason(indices: readonly string[]): ReadinessReason {
  return {
    ...plainReason(
      reasonCodes.nothingToCompare,
      `no indicator in ${some(indices, 'or')} is valid, passes threat_query and has a field of threat_mapping`,
    ),
    help: 'import some: `vedette intel import FILE`',
  }
}

/** Fields of `required_fields` that were never there. */
export function requiredFieldReason(
  fields: readonly string[],
  indices: readonly string[],
): ReadinessReason {
  return {
    code: reasonCodes.requiredField,
    weight: 'doubt',
    message: `its required_fields name ${some(fields, 'and')}, which no event in ${some(indices, 'or')} has`,
    fields,
    indices,
  }
}

const dayMs = 86_400_000

/** Whether the newest event is less than a day old. */
export function isFresh(span: { readonly lastMs: number } | undefined, nowMs: number): boolean {
  return span !== undefined && nowMs - span.lastMs <= dayMs
}

/** Events that stopped coming: at most one reason. */
export function oldDataReason(
  span: { readonly lastMs: number } | undefined,
  nowMs: number,
): readonly ReadinessReason[] {
  if (span === undefined || isFresh(span, nowMs)) return []
  const message = `its newest event is of ${isoOf(span.lastMs)}, more than a day ago`
  return [{ code: reasonCodes.oldData, weight: 'doubt', message }]
}

/** Whether the events reach back as far as the history that they are compared with; undefined where they do. */
export function learningReason(
  span: { readonly firstMs: number } | undefined,
  {
    historyStartMs,
    nowMs,
  }: { readonly historyStartMs: number | undefined; readonly nowMs: number },
): { readonly reason: ReadinessReason; readonly untilMs: number } | undefined {
  if (historyStartMs === undefined || span === undefined || span.firstMs <= historyStartMs) {
    return undefined
  }
  const untilMs = nowMs + (span.firstMs - historyStartMs)
  const message = `its events begin at ${isoOf(span.firstMs)}, its history should at ${isoOf(historyStartMs)}: until ${isoOf(untilMs)} it takes more for new than is`
  return { reason: { code: reasonCodes.learning, weight: 'doubt', message }, untilMs }
}

const mostNamed = 5

/** A list for people; a long one ends in how many more there are. */
function some(names: readonly string[], word: 'and' | 'or'): string {
  if (names.length > mostNamed) {
    return `${names.slice(0, mostNamed).join(', ')} ${word} ${names.length - mostNamed} more`
  }
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} ${word} ${last}`
}
